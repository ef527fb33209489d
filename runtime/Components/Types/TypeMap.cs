namespace Tapedeck.Components.Types;

/// <summary>Rebuilds types from other parts.</summary>
internal abstract class TypeMap
{
    internal abstract WitType Type(WitType type);

    internal abstract ResourceType Resource(ResourceType resource);

    /// <summary>What a type became, if it was mapped before: names can make long chains, which are not to be walked.</summary>
    internal virtual WitType? Known(WitType type) => null;

    internal WitType? Optional(WitType? type) => type is null ? null : Type(type);
}
