using Tapedeck.Kube.Client;
using Tapedeck.Kube.Work;

namespace Tapedeck.Kube.Caching;

/// <summary>What an informer watches, and how.</summary>
public sealed record InformerOptions
{
    /// <summary>Which objects; <see cref="Selection.MetadataOnly"/> for what is only owned.</summary>
    public Selection Selection { get; init; } = Selection.All;

    /// <summary>After how long the server ends a watch, so that a new one finds another server; up to as much again is added by chance.
    /// At least 1 s. Default 5 minutes.</summary>
    public TimeSpan WatchLength { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait after failures in a row. Default: 1 s, doubled up to 30 s, less a part by chance.</summary>
    public Backoff Backoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
}
