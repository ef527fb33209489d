namespace Tapedeck.Policy.Network;

/// <summary>A block of addresses that are not public.</summary>
/// <param name="name">What it is, for messages.</param>
internal sealed class SpecialRange(AddressRange range, AddressClass @class, string name)
{
    // A field, so that asking it copies nothing.
    internal readonly AddressRange Range = range;

    internal AddressClass Class { get; } = @class;

    internal string Name { get; } = name;
}
