using System.Text.Json;
using ModelContextProtocol.Protocol;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>
/// Carries the arguments of a call through the SDK as the client wrote them. The SDK's own writing of them escapes all but ASCII, so that a text in Chinese would be twice as long
/// as it came and beyond a limit that it keeps.
/// </summary>
internal static class SdkArguments
{
    private const string Key = "tapedeck.dev/arguments";

    private static readonly byte[] None = [(byte)'{', (byte)'}'];

    /// <summary>A copy: the SDK may go on with a call whose message is gone.</summary>
    internal static void Set(JsonRpcMessage read, Message message)
    {
        if (message.Method == Methods.CallTool && message.Params.ValueKind == JsonValueKind.Object && message.Params.TryGetProperty("arguments"u8, out var arguments))
        {
            read.Context ??= new JsonRpcMessageContext();
            read.Context.Items ??= new Dictionary<string, object?>();
            read.Context.Items[Key] = message.Raw(arguments).ToArray();
        }
    }

    internal static byte[] Of(JsonRpcMessage message) => message.Context?.Items?.TryGetValue(Key, out var arguments) == true && arguments is byte[] written ? written : None;
}
