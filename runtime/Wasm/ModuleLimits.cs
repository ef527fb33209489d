namespace Tapedeck.Wasm;

/// <summary>How large and complex a module may be. A module beyond a limit is refused with <see cref="InvalidModuleReason.TooLarge"/>.</summary>
public sealed record ModuleLimits
{
    /// <summary>Bytes of a module. Default 64 MiB.</summary>
    public int ModuleBytes { get; init; } = 64 << 20;
    public int Types { get; init; } = 10_000;
    public int Functions { get; init; } = 100_000;
    public int Imports { get; init; } = 10_000;
    public int Exports { get; init; } = 10_000;
    public int Globals { get; init; } = 10_000;
    public int Tables { get; init; } = 100;
    public int Memories { get; init; } = 100;
    public int ElementSegments { get; init; } = 100_000;

    /// <summary>Elements of all element segments together.</summary>
    public int Elements { get; init; } = 1_000_000;
    public int DataSegments { get; init; } = 100_000;
    public int CustomSections { get; init; } = 10_000;

    /// <summary>Parameters of one function, and results of one function or block.</summary>
    public int Parameters { get; init; } = 1_000;

    /// <summary>Locals of one function, with its parameters.</summary>
    public int Locals { get; init; } = 50_000;

    /// <summary>Bytes of one function body.</summary>
    public int BodyBytes { get; init; } = 7_654_321;

    /// <summary>Targets of one <c>br_table</c>.</summary>
    public int BrTableTargets { get; init; } = 65_520;

    /// <summary>Depth of nested blocks.</summary>
    public int Nesting { get; init; } = 5_000;

    /// <summary>Values on the operand stack of one function, and parameters and results of all blocks around an instruction. The JIT takes no more than some 20,000.</summary>
    public int OperandStack { get; init; } = 5_000;

    /// <summary>Values that the labels and calls of one function move, beyond one each.</summary>
    public int MovedValues { get; init; } = 200_000;

    /// <summary>Bytes of one name.</summary>
    public int NameBytes { get; init; } = 100_000;

    /// <summary>Bytes of IL that a module may translate into. Default 512 MiB.</summary>
    public int TranslatedBytes { get; init; } = 512 << 20;

    /// <summary>CPU time that translating a module may take. Default 60 s.</summary>
    public TimeSpan TranslationTime { get; init; } = TimeSpan.FromSeconds(60);
}
