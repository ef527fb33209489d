using Tapedeck.Components.Types;

namespace Tapedeck.Components.Values;

/// <summary>A record, a tuple, or a list whose items are more than scalars.</summary>
internal sealed class Composite(WitType type, WitValue[] parts) : Payload(type)
{
    internal override int Count => parts.Length;

    internal override WitValue this[int index] => parts[index];
}
