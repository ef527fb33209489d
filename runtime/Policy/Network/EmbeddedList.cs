using System.Runtime.CompilerServices;

namespace Tapedeck.Policy.Network;

/// <summary>A few IPv4 addresses, on the stack.</summary>
internal struct EmbeddedList
{
    private Slots _slots;

    internal int Count { get; private set; }

    internal readonly Address this[int index] => Address.V4(_slots[index]);

    internal void Add(uint address) => _slots[Count++] = address;

    /// <summary>Teredo has two, a local NAT64 four, and each of them may end as ISATAP does.</summary>
    [InlineArray(5)]
    private struct Slots
    {
        private uint _first;
    }
}
