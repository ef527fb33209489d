using Tapedeck.Components.Types;

namespace Tapedeck.Components.Values;

/// <summary>What a value that is more than a scalar holds.</summary>
internal abstract class Payload(WitType type)
{
    internal WitType Type { get; } = type;

    /// <summary>The number of items or parts.</summary>
    internal abstract int Count { get; }

    internal abstract WitValue this[int index] { get; }
}
