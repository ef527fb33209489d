using System.Buffers;

namespace Tapedeck.Wasi.Http;

/// <summary>What names and values fields may have (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-5"/>), and which the host alone sets.</summary>
internal static class FieldRules
{
    /// <summary>Bytes of all names and values of a section, and some for each entry.</summary>
    internal const int MostBytes = 128 << 10;

    /// <summary>What an entry counts besides its bytes.</summary>
    internal const int EntryCost = 32;

    private const int MostMethodCharacters = 32;
    private const int MostSchemeCharacters = 64;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Fields of a connection, which is the host's, and those that say where a message ends or who it is for.</summary>
    private static readonly HashSet<string> Forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "expect", "host", "http2-settings", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    };

    internal static bool IsForbidden(string name) => Forbidden.Contains(name);

    internal static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>A method; none that is worth anything is longer than 32 characters.</summary>
    internal static bool IsMethod(string text) => text.Length <= MostMethodCharacters && IsName(text);

    /// <summary>A scheme of at most 64 characters.</summary>
    internal static bool IsScheme(string text) => text.Length <= MostSchemeCharacters && Uri.CheckSchemeName(text);

    /// <summary>True for bytes without controls other than tabs, and without blanks around them.</summary>
    internal static bool IsValue(ReadOnlySpan<byte> value)
    {
        foreach (var character in value)
        {
            if (character is < 0x20 and not (byte)'\t' or 0x7f)
            {
                return false;
            }
        }
        return value.IsEmpty || (!IsBlank(value[0]) && !IsBlank(value[^1]));
    }

    private static bool IsBlank(byte character) => character is (byte)' ' or (byte)'\t';
}
