using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>Messages in the SDK's types.</summary>
internal static class SdkMessages
{
    private static readonly JsonTypeInfo<JsonRpcMessage> TypeInfo =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    /// <summary>Null where the SDK does not take for a message what was one by our own reading.</summary>
    internal static JsonRpcMessage? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, TypeInfo);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static byte[] Write(JsonRpcMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, TypeInfo);
}
