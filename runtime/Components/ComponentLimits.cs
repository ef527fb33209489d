namespace Tapedeck.Components;

/// <summary>How large and complex a component may be. A component beyond a limit is refused with <see cref="InvalidComponentReason.TooLarge"/>.</summary>
/// <remarks>The core modules inside are held to the limits of the engine.</remarks>
public sealed record ComponentLimits
{
    /// <summary>Bytes of a component. Default 128 MiB.</summary>
    public int ComponentBytes { get; init; } = 128 << 20;

    /// <summary>Definitions and declarators of a component, with those of all components and types inside it.</summary>
    public int Definitions { get; init; } = 200_000;

    /// <summary>Fields, cases, labels, parameters, arguments and inline exports, likewise.</summary>
    public int Parts { get; init; } = 1_000_000;

    /// <summary>Core modules, likewise.</summary>
    public int CoreModules { get; init; } = 1_000;

    /// <summary>Depth of components and types inside one another.</summary>
    public int Nesting { get; init; } = 100;

    /// <summary>Bytes of one name.</summary>
    public int NameBytes { get; init; } = 100_000;

    /// <summary>Parameters of one function.</summary>
    public int Parameters { get; init; } = 1_000;

    /// <summary>Types that one type consists of, repetitions counted.</summary>
    public int TypeNodes { get; init; } = 1_000_000;

    /// <summary>Depth of a type.</summary>
    public int TypeDepth { get; init; } = 100;

    /// <summary>Steps of type checking: types compared, substituted, flattened or searched. A second of CPU time or so.</summary>
    public int ValidationSteps { get; init; } = 20_000_000;
}
