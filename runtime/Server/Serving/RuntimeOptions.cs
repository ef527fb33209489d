using System.Collections.Immutable;
using Tapedeck.Manifest;
using Tapedeck.Oci;
using Tapedeck.Server.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Serving;

/// <summary>What a process runs tools with.</summary>
internal sealed record RuntimeOptions
{
    /// <summary>The folder of pulled components and translations; null keeps neither.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>What the cache may hold of what nobody uses. Default 2 GiB, and 30 days since it was read.</summary>
    public Oci.Storage.StoreLimits CacheLimits { get; init; } = new(2L << 30, TimeSpan.FromDays(30));

    /// <summary>The file with the key of the translations' MACs, not in the cache; null is a key that lasts as long as the process.</summary>
    public string? CodeKeyFile { get; init; }

    /// <summary>How the arguments of calls are written into audit events; null leaves them out.</summary>
    public ArgumentRedaction? AuditArguments { get; init; }

    public PullOptions Pull { get; init; } = new();

    /// <summary>Whether what WasmTools say of their registries is to be done here. In a pod the operator has done it.</summary>
    public bool ToolsSayHowToPull { get; init; } = true;

    /// <summary>What this machine asks of all tools, besides what their WasmTools ask; null is nothing.</summary>
    public TrustPolicy? TrustPolicy { get; init; }

    /// <summary>Repositories whose tags may go back to what they stood for before.</summary>
    public ImmutableHashSet<string> RollbackAllowed { get; init; } = [];

    /// <summary>Where progress of pulls is shown; null shows none.</summary>
    public IProgress<PullProgress>? Progress { get; init; }

    public CodeLifetime Lifetime { get; init; } = CodeLifetime.Collectible;

    /// <summary>How large and complex the code of components may be.</summary>
    public ModuleLimits ModuleLimits { get; init; } = new();

    /// <summary>Bytes of linear memory that all calls may take together. Default 2 GiB.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>Calls that run at once. Default 256.</summary>
    public int CallThreads { get; init; } = 256;
}
