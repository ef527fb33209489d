namespace Tapedeck.Mcp.Protocol;

/// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/index#error-codes"/></summary>
internal static class ErrorCodes
{
    internal const int ParseError = -32700;
    internal const int InvalidRequest = -32600;
    internal const int MethodNotFound = -32601;
    internal const int InvalidParams = -32602;
    internal const int InternalError = -32603;
    internal const int HeaderMismatch = -32020;
    internal const int MissingRequiredClientCapability = -32021;
    internal const int UnsupportedProtocolVersion = -32022;
}
