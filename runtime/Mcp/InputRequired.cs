namespace Tapedeck.Mcp;

/// <summary>
/// The call needs answers of the client first; it comes again with <see cref="CallContext.InputResponses"/>.
/// <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr"/>
/// </summary>
public sealed class InputRequired : ToolReply
{
    /// <summary>A JSON object: name to request. Empty: none, only the state is to come back.</summary>
    /// <exception cref="ArgumentException">Not an object.</exception>
    public ReadOnlyMemory<byte> InputRequests { get; init => field = Bracketed(value, '{', '}', nameof(InputRequests)); }

    /// <summary>Comes back as <see cref="CallContext.RequestState"/>. The client can read and forge it: sign what matters.</summary>
    public string? RequestState { get; init; }
}
