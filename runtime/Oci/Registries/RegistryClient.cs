using System.Net;
using Tapedeck.Oci.Network;

namespace Tapedeck.Oci.Registries;

/// <summary>Opens repositories of registries. Keeps connections and tokens; one for a process, for as long as the options hold.</summary>
public sealed class RegistryClient : IDisposable
{
    private readonly PullOptions _options;
    private readonly Doors _doors;
    private readonly TokenClient _tokens;
    private readonly UnreachableMirrors _unreachable;

    public RegistryClient(PullOptions options)
        : this(options, (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken))
    {
    }

    internal RegistryClient(PullOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _options = options;
        _doors = new Doors(options, new Dialer(options.Addresses, resolve));
        Transport = new Transport(options, _doors);
        _tokens = new TokenClient(options, Transport);
        _unreachable = new UnreachableMirrors(options.Time);
    }

    internal Transport Transport { get; }

    /// <summary>The repository that <paramref name="reference"/> names. Asks nothing yet.</summary>
    public RegistryRepository Open(Reference reference) => new(
        reference.Name,
        [.. _options.For(reference.Registry).Mirrors.Select(mirror => Connect(mirror.Host, mirror.Host, reference, reference.Registry, mirror.ResolvesTags))],
        Connect(reference.ApiHost, reference.Registry, reference, null, resolvesTags: true),
        _unreachable);

    /// <param name="host">Where the API is.</param>
    /// <param name="registry">The name that logins are found under.</param>
    private RegistryConnection Connect(string host, string registry, Reference reference, string? mirrored, bool resolvesTags) =>
        new(_options, Transport, _tokens, new Place(host, reference.ToString()) { HasAnother = mirrored is not null }, reference.Repository, mirrored, _options.Logins.Find(registry, reference.Repository))
        {
            ResolvesTags = resolvesTags,
        };

    public void Dispose() => _doors.Dispose();
}
