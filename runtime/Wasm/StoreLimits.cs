namespace Tapedeck.Wasm;

/// <summary>What the instances of one store may use together.</summary>
public sealed record StoreLimits
{
    /// <summary>Bytes of all linear memories. Default 4 GiB. A guest that grows beyond gets -1; one that starts beyond is refused.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>Elements of all tables. Default 1,000,000.</summary>
    public long TableElements { get; init; } = 1_000_000;

    /// <summary>Instances. Default 1,000.</summary>
    public int Instances { get; init; } = 1_000;

    /// <summary>Linear memories, each of which takes one of the slots that all calls of the process share. Default 1,000.</summary>
    public int Memories { get; init; } = 1_000;

    /// <summary>Tables. Default 1,000.</summary>
    public int Tables { get; init; } = 1_000;

    /// <summary>Host objects that references may name. Default 1,000,000.</summary>
    public int References { get; init; } = 1_000_000;
}
