using ModelContextProtocol.Protocol;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>Carries the caller through the SDK.</summary>
internal static class SessionCaller
{
    private const string Key = "tapedeck.dev/caller";

    internal static void Set(JsonRpcMessage message, Caller caller)
    {
        message.Context ??= new JsonRpcMessageContext();
        message.Context.Items ??= new Dictionary<string, object?>();
        message.Context.Items[Key] = caller;
    }

    internal static Caller Of(JsonRpcMessage message) =>
        message.Context?.Items?.TryGetValue(Key, out var caller) == true && caller is Caller known ? known : new Caller(CallContext.Anonymous, default);
}
