using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>Compares value types at the cost of a look-up: each type is replaced once by the one object that stands for all that are equal to it.</summary>
/// <remarks>Types share their parts, so a walk through both of two equal ones could take far longer than building them did.</remarks>
internal sealed class TypeEquality : TypeMap
{
    private readonly Dictionary<WitType, WitType> _representatives = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<WitType, WitType> _distinct = [];

    internal bool Same(WitType left, WitType right) => ReferenceEquals(left, right) || ReferenceEquals(Type(left), Type(right));

    internal override WitType Type(WitType type)
    {
        if (!_representatives.TryGetValue(type, out var representative))
        {
            // With parts that are representatives themselves, equality of the whole is that of objects one level down.
            var rebuilt = type.Map(this);
            if (!_distinct.TryGetValue(rebuilt, out representative))
            {
                _distinct.Add(rebuilt, representative = rebuilt);
            }
            _representatives.Add(type, representative);
        }
        return representative;
    }

    internal override ResourceType Resource(ResourceType resource) => resource;
}
