namespace Tapedeck.Components;

/// <summary>What an interface, or one side of a world, consists of.</summary>
/// <param name="Name">The name of the interface, as <c>wasi:io/streams@0.2.0</c>; empty for a side of a world.</param>
/// <param name="Interfaces">The interfaces that a world imports or exports.</param>
/// <param name="Others">Names of modules, components and types of functions or instances, which WIT has no words for.</param>
public sealed record WitInterface(
    string Name,
    IReadOnlyList<WitTypeItem> Types,
    IReadOnlyList<WitFunction> Functions,
    IReadOnlyList<WitInterface> Interfaces,
    IReadOnlyList<string> Others,
    string? Docs);
