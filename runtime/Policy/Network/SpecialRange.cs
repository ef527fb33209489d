namespace Tapedeck.Policy.Network;

/// <summary>A block of addresses that are not public.</summary>
/// <param name="Name">What it is, for messages.</param>
internal sealed record SpecialRange(AddressRange Range, AddressClass Class, string Name);
