namespace Tapedeck.Fuzz.Working;

/// <summary>What a worker found out about one seed or scenario.</summary>
internal sealed record Verdict
{
    /// <summary>Calls of generated functions.</summary>
    public int Calls { get; init; }

    /// <summary>How many of them trapped, by kind.</summary>
    public Dictionary<string, int> Traps { get; init; } = [];

    /// <summary>The opcodes of the module.</summary>
    public ushort[] Opcodes { get; init; } = [];

    /// <summary>Modules that were compiled and judged, where bytes were mutated.</summary>
    public int Mutants { get; init; }

    /// <summary>The differences, each as a configuration and what happened.</summary>
    public Dictionary<string, string> Differences { get; init; } = [];
}
