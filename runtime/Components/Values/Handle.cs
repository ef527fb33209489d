using Tapedeck.Components.Types;

namespace Tapedeck.Components.Values;

/// <summary>A handle, and what it stands for.</summary>
internal sealed class Handle(WitType type, object resource) : Payload(type)
{
    internal object Resource { get; } = resource;

    internal override int Count => 0;

    internal override WitValue this[int index] => throw new ArgumentOutOfRangeException(nameof(index));
}
