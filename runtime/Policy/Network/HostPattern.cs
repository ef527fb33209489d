namespace Tapedeck.Policy.Network;

/// <summary>A name, or <c>*.d</c>: every name below d, however deep, and not d itself.</summary>
public sealed record HostPattern
{
    private const string Wildcard = "*.";

    private HostPattern(HostName domain, bool isWildcard)
    {
        Domain = domain;
        IsWildcard = isWildcard;
        Key = isWildcard ? "." + domain.Value : domain.Value;
    }

    public HostName Domain { get; }

    public bool IsWildcard { get; }

    /// <summary>The name itself, or the end that a name below it has, with its dot.</summary>
    internal string Key { get; }

    public bool Matches(HostName name) => !name.IsNone && (IsWildcard
        ? name.Value.Length > Key.Length && name.Value.EndsWith(Key, StringComparison.Ordinal)
        : name.Value == Key);

    public static bool TryParse(string text, out HostPattern pattern, out string expected)
    {
        pattern = null!;
        expected = "a host name such as api.example.com, or *.example.com for the names below it";
        var isWildcard = text.StartsWith(Wildcard, StringComparison.Ordinal);
        if (!HostName.TryParse(isWildcard ? text[Wildcard.Length..] : text, out var domain))
        {
            expected += Hint(text);
            return false;
        }
        pattern = new HostPattern(domain, isWildcard);
        return true;
    }

    private static string Hint(string text) =>
        text == "*" ? "; every public address is cidr: 0.0.0.0/0 and cidr: ::/0"
        : text.Contains("://", StringComparison.Ordinal) ? "; scheme, port and path have fields of their own"
        : Authority.TryParse(text, out var authority) && authority.IsAddress ? $"; an address is written as cidr: {AddressRange.Of(authority.Address)}"
        : text.Contains(':', StringComparison.Ordinal) ? "; the port has a field of its own"
        : "";

    public override string ToString() => IsWildcard ? Wildcard + Domain.Value : Domain.Value;
}
