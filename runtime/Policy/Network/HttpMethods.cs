using System.Buffers;

namespace Tapedeck.Policy.Network;

/// <summary>The methods of HTTP requests: tokens in which case counts.</summary>
internal static class HttpMethods
{
    private const int MostCharacters = 32;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    internal static bool IsToken(string method) =>
        method.Length is > 0 and <= MostCharacters && !method.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>CONNECT makes a tunnel in which no rule is seen.</summary>
    internal static bool IsTunnel(string method) => method.Equals("CONNECT", StringComparison.OrdinalIgnoreCase);

    internal static bool TryParse(string text, out string method, out string expected)
    {
        method = text;
        expected = IsTunnel(text) ? "a method other than CONNECT, whose tunnel no rule can see into" : "a method in upper case, such as GET";
        return IsToken(text) && !IsTunnel(text) && !text.Any(char.IsAsciiLetterLower);
    }
}
