namespace Tapedeck.Mcp;

/// <summary>
/// The request itself is wrong, in a way that a model cannot mend. What a model can mend is a <see cref="ToolResult"/> with
/// <see cref="ToolResult.IsError"/>.
/// </summary>
/// <param name="code">Of JSON-RPC, as -32602 for wrong parameters; not one that only MCP may give a meaning to.</param>
/// <param name="message">One sentence, without secrets.</param>
public sealed class ProtocolError(int code, string message) : ToolReply
{
    public int Code { get; } = code;
    public string Message { get; } = message;

    /// <summary>Any JSON value. Empty: none.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }
}
