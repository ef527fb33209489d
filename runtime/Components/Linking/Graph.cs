using Tapedeck.Wasm;

namespace Tapedeck.Components.Linking;

/// <summary>
/// The instances that a component becomes, as one flat plan: nested components are taken apart, imports, aliases and arguments followed to their ends, so that an
/// instance is made without looking for anything.
/// </summary>
internal sealed class Graph
{
    private readonly Dictionary<(int Instance, string Name), CoreItem> _exports = [];

    /// <summary>Component instances, each with the number of the one that instantiated it, -1 for the outermost, and its resource types by slot.</summary>
    internal List<(int Parent, ResourceDefinition?[] Resources)> Instances { get; } = [];

    /// <summary>Core instances in their order, each with the component instance that it belongs to.</summary>
    internal List<(int Instance, Template Template, CoreItem[] Imports)> CoreInstances { get; } = [];

    internal int CoreItems { get; private set; }

    internal int LiftedFuncs { get; private set; }

    /// <summary>What the outermost component exports.</summary>
    internal IReadOnlyDictionary<string, Item> Exports { get; set; } = new Dictionary<string, Item>();

    internal int NextItem() => CoreItems++;

    internal int NextLifted() => LiftedFuncs++;

    internal CoreItem Export(int instance, string name)
    {
        if (!_exports.TryGetValue((instance, name), out var item))
        {
            _exports.Add((instance, name), item = new ExportedItem(NextItem(), instance, name));
        }
        return item;
    }
}
