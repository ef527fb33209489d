using Tapedeck.Components.Types;

namespace Tapedeck.Components;

/// <summary>Which type goes by which name. A name belongs to the object that an import or export introduced.</summary>
internal sealed class WitNames
{
    private readonly Dictionary<object, WitName> _names = new(ReferenceEqualityComparer.Instance);

    internal WitNames(ComponentType type)
    {
        Add(type.Imports, "");
        Add(type.Exports, "");
    }

    /// <summary>The name of a type as <paramref name="interface"/> says it; null if it has none.</summary>
    internal string? In(string @interface, object type)
    {
        if (_names.TryGetValue(type, out var name))
        {
            return WitTypeText.Label(name.Label);
        }
        // A handle may refer to an alias that has no name, as one made by an instantiation.
        return type is ResourceType { Original: { } original } ? In(@interface, original) : null;
    }

    /// <summary>Where a type came from, if it is known by another name: the last name before its own.</summary>
    internal WitName? OriginOf(object type)
    {
        for (var original = OriginalOf(type); original is not null; original = OriginalOf(original))
        {
            if (_names.TryGetValue(original, out var name))
            {
                return name;
            }
        }
        return null;
    }

    private static object? OriginalOf(object type) => type switch
    {
        WitType value => value.Original,
        ResourceType resource => resource.Original,
        _ => null,
    };

    private void Add(Externs externs, string @interface)
    {
        foreach (var (name, type) in externs.Items)
        {
            if (type is TypeExtern named)
            {
                _names.TryAdd(named.Type, new WitName(@interface, name));
            }
            else if (type is InstanceExtern instance)
            {
                Add(instance.Type.Exports, name);
            }
        }
    }
}

/// <param name="Interface">The interface that has the type; empty for the world.</param>
internal sealed record WitName(string Interface, string Label);
