using System.Text.Json;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>What is refused before the SDK sees it, which would call it an internal error.</summary>
internal static class SessionChecks
{
    internal static RpcError? Check(Message message, Catalogue catalogue)
    {
        var error = message.Method switch
        {
            Methods.Initialize => CheckInitialize(message.Params),
            Methods.CallTool => ToolCall.Read(message, catalogue, out _),
            Methods.ListTools => ListParams.Read(message, out _),
            _ => null,
        };
        // Clients of this era look for a JSON-RPC error in a successful response only.
        return error is null ? null : error with { Status = 200 };
    }

    /// <summary><see href="https://modelcontextprotocol.io/specification/2025-11-25/schema#initializerequestparams"/></summary>
    private static RpcError? CheckInitialize(JsonElement parameters)
    {
        if (!Has(parameters, "protocolVersion", JsonValueKind.String))
        {
            return RpcError.InvalidParams("Invalid params: protocolVersion is a string");
        }
        if (!Has(parameters, "capabilities", JsonValueKind.Object))
        {
            return RpcError.InvalidParams("Invalid params: capabilities is an object");
        }
        return Has(parameters, "clientInfo", JsonValueKind.Object) && parameters.GetProperty("clientInfo"u8) is var client
            && Has(client, "name", JsonValueKind.String) && Has(client, "version", JsonValueKind.String)
                ? null
                : RpcError.InvalidParams("Invalid params: clientInfo is an object with name and version");
    }

    private static bool Has(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == kind;
}
