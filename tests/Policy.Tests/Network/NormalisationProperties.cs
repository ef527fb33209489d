using FsCheck;
using Tapedeck.Policy.Network;
using Xunit;
using HostName = Tapedeck.Policy.Network.HostName;

namespace Tapedeck.Policy.Tests.Network;

public sealed class NormalisationProperties
{
    private const int Times = 2000;

    private static readonly PathPrefix Prefix = PathPrefix.TryParse("/a", out var prefix, out var expected) ? prefix : throw new InvalidOperationException(expected);

    private static readonly Gen<string> HostTexts = Gen.Elements(
            "a", "B", "xn--", "bücher", "xn--bcher-kva", ".", "-", "_", "0x7f", "127", "1", "ß", "İ", "ı", "日本語", "ー", "\u0301", "\uff11", "\u3002", "\ud83d\ude00", "\u200d", "Ⅷ", "%2e")
        .ListOf().Select(parts => string.Concat(parts));

    private static readonly Gen<string> PathTexts = Gen.Elements(
            "/", "..", ".", "a", "B", "%2e", "%2F", "%252e", "%5c", ";", "%00", "%c0%af", "%41", "?", "//", "%", "~", "%25")
        .ListOf().Select(parts => "/" + string.Concat(parts));

    [Fact]
    public void A_normal_name_is_its_own_normal_form() => Prop.ForAll(HostTexts.ToArbitrary(), text =>
        !HostName.TryParse(text, out var name)
        || (HostName.TryParse(name.Value, out var again) && again.Value == name.Value && name.Value.All(char.IsAscii))).Hold(Times);

    [Fact]
    public void The_case_of_a_name_does_not_matter() => Prop.ForAll(HostTexts.ToArbitrary(), text =>
        !text.All(char.IsAscii) || HostName.TryParse(text, out var lower) == HostName.TryParse(text.ToUpperInvariant(), out var upper) && lower == upper).Hold(Times);

    [Fact]
    public void A_normal_path_is_its_own_normal_form() => Prop.ForAll(PathTexts.ToArbitrary(), text =>
        !HttpPath.TryParse(text, out var path)
        || (HttpPath.TryParse(path.Literal.ToString(), out var again) && again.Literal.TrimEnd('/').SequenceEqual(path.Literal.TrimEnd('/')))).Hold(Times);

    [Fact]
    public void A_path_that_a_prefix_grants_has_no_way_out() => Prop.ForAll(PathTexts.ToArbitrary(), text =>
        !HttpPath.TryParse(text, out var path) || !Prefix.Contains(path)
        || (path.Decoded.StartsWith("/a", StringComparison.Ordinal) && !path.Decoded.ToString().Split('/').Contains(".."))).Hold(Times);

    [Fact]
    public void A_prefix_denies_whatever_it_would_grant() => Prop.ForAll(PathTexts.ToArbitrary(), text =>
        !HttpPath.TryParse(text, out var path) || !Prefix.Contains(path) || Prefix.Touches(path)).Hold(Times);

    [Fact]
    public void Every_spelling_of_an_IPv4_address_is_that_address() => Prop.ForAll(Arb.From<uint>(), bits =>
    {
        string[] spellings = [$"{bits}", $"0x{bits:x}", $"0{Convert.ToString(bits, 8)}", $"{bits >> 24}.{bits & 0xffffff}", $"0x{bits >> 24:X}.{(bits >> 16) & 0xff}.{bits & 0xffff}", $"{Address.V4(bits)}."];
        return spellings.All(text => Authority.TryParse(text, out var authority) && authority.IsAddress && authority.Address == Address.V4(bits));
    }).Hold(Times);

    [Fact]
    public void An_IPv4_address_inside_an_IPv6_address_makes_it_no_more_reachable() => Prop.ForAll(Arb.From<uint>(), bits =>
    {
        var plain = AddressPlan.Default.Classify(Address.V4(bits));
        UInt128[] wrapped =
        [
            ((UInt128)0xffff << 32) | bits, ((UInt128)0x64_ff9b << 96) | bits, ((UInt128)0x2002 << 112) | ((UInt128)bits << 80),
            ((UInt128)0x2001_0000 << 96) | ~bits, ((UInt128)0x2606_4700 << 96) | ((UInt128)0x5efe << 32) | bits,
        ];
        return wrapped.All(each => AddressPlan.Default.Classify(Address.V6(each)) >= plain);
    }).Hold(Times);

    [Fact]
    public void An_address_is_read_as_it_is_written() => Prop.ForAll(Arb.From<ulong>(), Arb.From<ulong>(), (high, low) =>
    {
        var address = Address.V6(((UInt128)high << 64) | low);
        return Address.TryParse(address.ToString(), out var read) && read == address && Address.From(address.ToIPAddress()) == address;
    }).Hold(Times);
}
