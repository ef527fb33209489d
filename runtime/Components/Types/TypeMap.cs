namespace Tapedeck.Components.Types;

/// <summary>Rebuilds types from other parts.</summary>
internal abstract class TypeMap
{
    internal abstract WitType Type(WitType type);

    internal abstract ResourceType Resource(ResourceType resource);

    internal WitType? Optional(WitType? type) => type is null ? null : Type(type);
}
