using System.Diagnostics.CodeAnalysis;

namespace Tapedeck.Components.Types;

/// <summary>Imports or exports by name, in their order.</summary>
internal sealed class Externs
{
    internal static readonly Externs None = new([]);

    private readonly OrderedDictionary<string, ExternType> _items;

    /// <param name="items">Not to be changed any more.</param>
    internal Externs(OrderedDictionary<string, ExternType> items)
    {
        _items = items;
        long nodes = 1;
        Depth = 1;
        foreach (var item in items.Values)
        {
            nodes += item.Nodes;
            Depth = Math.Max(Depth, item.Depth + 1);
            HasResources |= item.HasResources;
        }
        Nodes = (int)Math.Min(nodes, int.MaxValue);
    }

    internal int Count => _items.Count;
    internal int Nodes { get; }
    internal int Depth { get; }
    internal bool HasResources { get; }

    internal IEnumerable<KeyValuePair<string, ExternType>> Items => _items;

    internal bool TryGet(string name, [NotNullWhen(true)] out ExternType? type) => _items.TryGetValue(name, out type);

    /// <summary>What stands at the end of a path through instances; null if nothing does.</summary>
    internal ExternType? Find(ReadOnlySpan<string> path)
    {
        if (!TryGet(path[0], out var type))
        {
            return null;
        }
        return path.Length == 1 ? type : (type as InstanceExtern)?.Type.Exports.Find(path[1..]);
    }
}
