using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>Messages in the SDK's types.</summary>
internal static class SdkMessages
{
    private static readonly JsonTypeInfo<JsonRpcMessage> TypeInfo =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    /// <summary>Null where the SDK does not take for a message what was one by our own reading.</summary>
    internal static JsonRpcMessage? Read(Message message)
    {
        try
        {
            var read = JsonSerializer.Deserialize(message.Bytes.Span, TypeInfo);
            if (read is not null)
            {
                SdkArguments.Set(read, message);
            }
            return read;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static byte[] Write(JsonRpcMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, TypeInfo);
}
