using System.Buffers.Text;
using System.Text;

namespace Tapedeck.Mcp.Protocol;

/// <summary>
/// Where a page begins: after a tool's name, so that a cursor means the same on every replica and after a change of the catalogue. Opaque to clients.
/// <see href="https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/pagination"/>
/// </summary>
internal static class Cursor
{
    private const string Prefix = "after:";
    private const int Longest = 256;

    internal static string After(string name) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Prefix + name));

    /// <summary>The name in a cursor of ours, or null.</summary>
    internal static string? NameIn(string cursor)
    {
        if (cursor.Length > Longest || !Base64Url.IsValid(cursor))
        {
            return null;
        }
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : null;
    }
}
