namespace Tapedeck.Mcp.Protocol;

/// <summary>Why a message is refused.</summary>
/// <param name="Code">Of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">What is wrong, where, and what would be right.</param>
/// <param name="Status">Of the HTTP response.</param>
internal sealed record RpcError(int Code, string Message, int Status = 400)
{
    /// <summary>JSON. Empty: none.</summary>
    internal ReadOnlyMemory<byte> Data { get; init; }

    internal static RpcError Parse(string message) => new(ErrorCodes.ParseError, message);

    internal static RpcError InvalidRequest(string message, int status = 400) => new(ErrorCodes.InvalidRequest, message, status);

    internal static RpcError InvalidParams(string message, int status = 400) => new(ErrorCodes.InvalidParams, message, status);

    internal static RpcError HeaderMismatch(string message) => new(ErrorCodes.HeaderMismatch, message);

    /// <summary>The text is short, whatever a client sent.</summary>
    internal static RpcError MethodNotFound(string method, int status = 404) =>
        new(ErrorCodes.MethodNotFound, $"Method not found: {Quote.Short(method)}", status);

    internal static RpcError UnsupportedVersion(string version) => new(ErrorCodes.UnsupportedProtocolVersion, "Unsupported protocol version")
    {
        Data = Quote.Json(static (writer, version) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("supported"u8);
            writer.WriteStringValue(Versions.Modern);
            writer.WriteEndArray();
            writer.WriteString("requested"u8, Quote.Short(version));
            writer.WriteEndObject();
        }, version),
    };

    /// <summary>What a tool's own error means in HTTP.</summary>
    internal static RpcError Of(ProtocolError error) => new(error.Code, error.Message, StatusOf(error.Code)) { Data = error.Data };

    /// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#protocol-version-header"/></summary>
    internal static int StatusOf(int code) => code switch
    {
        ErrorCodes.MethodNotFound => 404,
        ErrorCodes.HeaderMismatch or ErrorCodes.MissingRequiredClientCapability or ErrorCodes.UnsupportedProtocolVersion => 400,
        _ => 200,
    };
}
