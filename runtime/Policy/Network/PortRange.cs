namespace Tapedeck.Policy.Network;

/// <summary>Ports from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct PortRange(int First, int Last)
{
    public static bool TryParse(string text, out PortRange range, out string expected)
    {
        expected = "a port from 1 to 65535, or a range such as 8000-8100";
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var isRead = dash < 0
            ? TryParsePort(text, out var first) & TryParsePort(text, out var last)
            : TryParsePort(text.AsSpan(0, dash), out first) & TryParsePort(text.AsSpan(dash + 1), out last);
        range = new PortRange(first, last);
        return isRead && first <= last;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text.Length is > 0 and <= 5 && !text.ContainsAnyExceptInRange('0', '9') && text[0] != '0'
            && int.TryParse(text, out port) && port <= ushort.MaxValue;
    }

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
