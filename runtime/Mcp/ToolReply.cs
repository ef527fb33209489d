namespace Tapedeck.Mcp;

/// <summary>The answer to a call: a <see cref="ToolResult"/>, an <see cref="InputRequired"/> or a <see cref="ProtocolError"/>.</summary>
public abstract class ToolReply
{
    private protected ToolReply()
    {
    }

    /// <summary>Refuses what cannot be spliced into a message. Beyond its ends the JSON is the tool's word.</summary>
    private protected static ReadOnlyMemory<byte> Bracketed(ReadOnlyMemory<byte> json, char open, char close, string name)
    {
        var span = json.Span;
        return span.IsEmpty || (span.Length >= 2 && span[0] == open && span[^1] == close)
            ? json
            : throw new ArgumentException($"{name} begins with '{open}' and ends with '{close}', without white space around it", name);
    }
}
