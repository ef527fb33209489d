using System.Text;
using System.Text.RegularExpressions;

namespace Tapedeck.Mcp.Stdio;

/// <summary>
/// The id of a request that was too long to be kept, found at its two ends: clients write it before the parameters or behind them. Whoever waits for an answer
/// gets an error that way, and would wait for ever without.
/// </summary>
internal static partial class LostId
{
    /// <summary>Bytes of each end that are worth keeping: an id and two short members.</summary>
    internal const int BytesOfEnd = 512;

    /// <summary>The id as the client wrote it; empty where it is not found, or the message is no request.</summary>
    internal static byte[] Find(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        // A character for each byte; those of names and ids are ASCII.
        var members = MembersOf(Head().Match(Encoding.Latin1.GetString(head))).Concat(MembersOf(Tail().Match(Encoding.Latin1.GetString(tail)))).ToLookup(member => member.Name, member => member.Value);
        // A response has an id as well, of a request of this server.
        return members.Contains("method") ? Encoding.Latin1.GetBytes(members["id"].FirstOrDefault() ?? "") : [];
    }

    private static IEnumerable<(string Name, string Value)> MembersOf(Match match) =>
        match.Groups["name"].Captures.Zip(match.Groups["value"].Captures, static (name, value) => (name.Value, value.Value));

    [GeneratedRegex("""^\s*\{(\s*"(?<name>jsonrpc|method|id)"\s*:\s*(?<value>"[\x20!\x23-\x5b\x5d-\x7e]{0,250}"|-?(0|[1-9][0-9]{0,250}))\s*,)*""", RegexOptions.ExplicitCapture)]
    private static partial Regex Head();

    // What stands directly before the last brace is a member of the message itself.
    [GeneratedRegex("""(,\s*"(?<name>jsonrpc|method|id)"\s*:\s*(?<value>"[\x20!\x23-\x5b\x5d-\x7e]{0,250}"|-?(0|[1-9][0-9]{0,250}))\s*)+\}\s*$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Tail();
}
