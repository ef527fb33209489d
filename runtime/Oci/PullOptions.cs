using System.Collections.Immutable;
using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Network;
using Tapedeck.Oci.Registries;

namespace Tapedeck.Oci;

/// <summary>What the installer, or the command line, says of pulls. Nothing here comes from a reference, a registry or a publisher.</summary>
public sealed record PullOptions
{
    /// <value>Default: public addresses only.</value>
    public AddressRules Addresses { get; init; } = AddressRules.PublicOnly;

    /// <value>Default: none, so that pulls are anonymous.</value>
    public LoginList Logins { get; init; } = LoginList.None;

    /// <value>By registry (host and port, in any spelling of <see cref="RegistryHost.Comparer"/>). Default: nothing said of any.</value>
    /// <exception cref="ArgumentException">Two of them are one registry.</exception>
    public ImmutableDictionary<string, RegistryOptions> Registries { get; init => field = value.WithComparers(RegistryHost.Comparer); } =
        ImmutableDictionary.Create<string, RegistryOptions>(RegistryHost.Comparer);

    /// <value>Default: none.</value>
    public ProxySettings Proxies { get; init; } = ProxySettings.None;

    /// <summary>Take a container image that holds one <c>.wasm</c> file in its layers.</summary>
    /// <value>Default: false, since an image is not a component, and unpacking one is more work for a stranger.</value>
    public bool ContainerImages { get; init; }

    /// <value>Bytes of a component, packed and unpacked. Default: 64 MiB. At most 1 GiB.</value>
    public int MostComponentBytes { get; init; } = 64 << 20;

    /// <value>Bytes that a layer of a container image may have after decompression. Default: 256 MiB.</value>
    public long MostUnpackedBytes { get; init; } = 256 << 20;

    /// <value>To a connection, with TLS. Default: 10 s.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>From a request to the head of its answer. Default: 30 s.</value>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>Between two pieces of an answer. Default: 30 s.</value>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>For a whole pull or resolution, with all waits. Default: 10 min.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <value>Tries of one request that fails in a way that may pass. Default: 5.</value>
    public int MostTries { get; init; } = 5;

    /// <value>Default: the system's clock.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal RegistryOptions For(string host) => Registries.GetValueOrDefault(host, RegistryOptions.Default);
}
