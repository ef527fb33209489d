namespace Tapedeck.Policy.Network;

/// <summary>A CIDR block.</summary>
public readonly record struct AddressRange
{
    // Fields and not an Address: Contains runs dozens of times for a decision, and copies of structs are most of what it costs.
    private readonly UInt128 _network;
    private readonly UInt128 _mask;
    private readonly bool _isV6;

    private AddressRange(Address network, int prefixLength)
    {
        _network = network.Bits;
        _isV6 = network.IsV6;
        _mask = Mask(network, prefixLength);
        PrefixLength = prefixLength;
    }

    /// <summary><c>0.0.0.0/0</c></summary>
    public static AddressRange AllV4 { get; } = new(Address.V4(0), 0);

    /// <summary><c>::/0</c></summary>
    public static AddressRange AllV6 { get; } = new(Address.V6(0), 0);

    public Address Network => _isV6 ? Address.V6(_network) : Address.V4(Address.Low32(_network));

    public int PrefixLength { get; }

    /// <summary>True where <paramref name="address"/>, in this very family, lies inside.</summary>
    public bool Contains(in Address address) => address.IsV6 == _isV6 && (address.Bits & _mask) == _network;

    public bool Contains(in AddressRange other) =>
        other.PrefixLength >= PrefixLength && other._isV6 == _isV6 && (other._network & _mask) == _network;

    /// <summary>True where there is an address that lies in both.</summary>
    public bool Overlaps(in AddressRange other) => Contains(other) || other.Contains(this);

    /// <summary>The two blocks that it consists of. A single address has none.</summary>
    internal AddressRange[] Halves()
    {
        var second = _network | (UInt128.One << (Network.Width - PrefixLength - 1));
        return [new(Network, PrefixLength + 1), new(_isV6 ? Address.V6(second) : Address.V4(Address.Low32(second)), PrefixLength + 1)];
    }

    public static AddressRange Of(Address address) => new(address, address.Width);

    /// <summary>A block whose network has no bit behind its prefix, as the caller knows.</summary>
    internal static AddressRange Trusted(Address network, int prefixLength) => new(network, prefixLength);

    /// <summary>Reads a block. Bits set behind the prefix are an error, and a block of IPv4-mapped addresses is the IPv4 block.</summary>
    public static bool TryParse(string text, out AddressRange range, out string expected)
    {
        range = default;
        expected = "a CIDR block such as 203.0.113.0/24 or 2001:db8::/32";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            expected = Address.TryParse(text, out var single) ? $"a CIDR block; the one address is {single}/{single.Width}" : expected;
            return false;
        }
        if (!Address.TryParse(text.AsSpan(0, slash), out var network) || !TryParseLength(text.AsSpan(slash + 1), network.Width, out var length))
        {
            return false;
        }
        if ((network.Bits & Mask(network, length)) is var bits && bits != network.Bits)
        {
            network = network.IsV6 ? Address.V6(bits) : Address.V4(Address.Low32(bits));
            expected = $"a CIDR block without bits behind its prefix: {network}/{length}";
            return false;
        }
        range = Normal(new AddressRange(network, length));
        return true;
    }

    internal static AddressRange Parse(string text) =>
        TryParse(text, out var range, out var expected) ? range : throw new ArgumentException($"{text}: expected {expected}", nameof(text));

    private static AddressRange Normal(AddressRange range) =>
        range.Network.IsV6 && range.PrefixLength >= 96 && range.Network.Canonical is { IsV6: false } v4
        && EmbeddedAddresses.Mapped.Contains(range.Network)
            ? new AddressRange(v4, range.PrefixLength - 96)
            : range;

    private static bool TryParseLength(ReadOnlySpan<char> text, int width, out int length)
    {
        length = 0;
        return text.Length is > 0 and <= 3 && !text.ContainsAnyExceptInRange('0', '9') && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, out length) && length <= width;
    }

    private static UInt128 Mask(Address network, int prefixLength) =>
        prefixLength == 0 ? 0
        : network.IsV6 ? UInt128.MaxValue << (128 - prefixLength)
        : uint.MaxValue << (32 - prefixLength);

    public override string ToString() => $"{Network}/{PrefixLength}";
}
