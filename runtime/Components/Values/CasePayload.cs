using Tapedeck.Components.Types;

namespace Tapedeck.Components.Values;

/// <summary>A case with what it carries.</summary>
internal sealed class CasePayload(WitType type, int @case, WitValue value) : Payload(type)
{
    internal int Case { get; } = @case;
    internal WitValue Value { get; } = value;

    internal override int Count => 1;

    internal override WitValue this[int index] => index == 0 ? Value : throw new ArgumentOutOfRangeException(nameof(index));
}
