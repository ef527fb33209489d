using Tapedeck.Components.Validation;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Linking;

/// <summary>What a component imports, exports or passes on.</summary>
internal abstract record Item;

internal sealed record ModuleItem(Template Template) : Item;

internal sealed record FuncItem(FuncDefinition Definition) : Item;

/// <param name="Resource">Null for a type that is no resource type, which nobody asks for when types have been checked.</param>
internal sealed record TypeItem(ResourceDefinition? Resource) : Item;

/// <param name="Outer">The instance in which the component is defined: what its outer aliases mean.</param>
internal sealed record ComponentItem(ValidComponent Component, Frame? Outer) : Item;

internal sealed record InstanceItem(IReadOnlyDictionary<string, Item> Exports) : Item
{
    /// <summary>What stands at the end of a path through instances; null if nothing does.</summary>
    internal Item? Find(ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return this;
        }
        return Exports.GetValueOrDefault(path[0]) switch
        {
            InstanceItem inner => inner.Find(path[1..]),
            var item => path.Length == 1 ? item : null,
        };
    }
}

/// <summary>A core instance: what it exports, by name.</summary>
internal delegate CoreItem CoreExports(string name);
