using System.Text.Json;

namespace Tapedeck.Mcp.Protocol;

/// <summary>The parameters of <c>tools/list</c>.</summary>
internal static class ListParams
{
    /// <summary>The name after which the page begins; null: at the start.</summary>
    internal static RpcError? Read(Message message, out string? after)
    {
        after = null;
        if (message.Params.ValueKind != JsonValueKind.Object || !message.Params.TryGetProperty("cursor"u8, out var cursor))
        {
            return null;
        }
        after = cursor.ValueKind == JsonValueKind.String ? Cursor.NameIn(cursor.GetString()!) : null;
        return after is null ? RpcError.InvalidParams("Invalid params: cursor is not one that this server gave", status: 200) : null;
    }
}
