using Tapedeck.Components.Types;

namespace Tapedeck.Components;

/// <summary>What a function is to the interface that has it.</summary>
public enum WitFunctionKind
{
    Freestanding,
    Constructor,
    Method,
    Static,
}

/// <summary>A function that a component imports or exports.</summary>
/// <param name="Name">Its name, as <c>greet</c> or <c>[method]counter.add</c>.</param>
/// <param name="Resource">The resource that a constructor, method or static function belongs to.</param>
/// <param name="Label">The name without its resource: <c>greet</c>, <c>add</c>; of a constructor, that of the resource.</param>
/// <param name="Signature">The type as WIT text, its types called by name.</param>
public sealed record WitFunction(string Name, WitFunctionKind Kind, string? Resource, string Label, FuncType Type, string Signature, string? Docs);
