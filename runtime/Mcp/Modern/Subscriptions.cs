using System.Text.Json;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Modern;

/// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions"/></summary>
internal sealed class Subscriptions(McpOptions options)
{
    private int _streams;

    /// <summary>Tells the client of the changes that it asked for, until it goes or the server ends.</summary>
    internal async ValueTask ListenAsync(Message message, Exchange exchange)
    {
        if (ReadFilter(message, out var wanted) is { } error)
        {
            await exchange.RefuseAsync(message.Id, error);
            return;
        }
        if (Interlocked.Increment(ref _streams) > options.Limits.Streams)
        {
            Interlocked.Decrement(ref _streams);
            await exchange.RefuseAsync(message.Id, new RpcError(ErrorCodes.InternalError, "Too many streams listen; try again later", Status: 503));
            return;
        }
        try
        {
            await StreamAsync(message.Id, wanted & Served, exchange);
        }
        catch (OperationCanceledException) when (exchange.Cancelled.IsCancellationRequested)
        {
            // The client closed the stream, which is how it ends a subscription.
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private Changes Served => Changes.Tools | (options.Extras is null ? Changes.None : Changes.Prompts | Changes.Resources);

    private async Task StreamAsync(ReadOnlyMemory<byte> id, Changes wanted, Exchange exchange)
    {
        using var listener = options.Catalogue.Changes.Listen();
        await SendAsync(exchange, Acknowledged(id.Span, wanted));
        await using var stopping = exchange.Stopping.UnsafeRegister(static state => ((ChangeListener)state!).Wake(Changes.Shutdown), listener);
        while (true)
        {
            var changes = await listener.NextAsync(exchange.Cancelled);
            foreach (var (change, method) in Notifications)
            {
                if ((changes & wanted & change) != 0)
                {
                    await SendAsync(exchange, Changed(id.Span, method));
                }
            }
            if ((changes & Changes.Shutdown) != 0)
            {
                await EndAsync(id, exchange);
                return;
            }
        }
    }

    private static readonly (Changes, string)[] Notifications =
    [
        (Changes.Tools, "notifications/tools/list_changed"),
        (Changes.Prompts, "notifications/prompts/list_changed"),
        (Changes.Resources, "notifications/resources/list_changed"),
    ];

    private static RpcError? ReadFilter(Message message, out Changes wanted)
    {
        wanted = Changes.None;
        if (message.Params.ValueKind != JsonValueKind.Object || !message.Params.TryGetProperty("notifications"u8, out var filter)
            || filter.ValueKind != JsonValueKind.Object)
        {
            return RpcError.InvalidParams("Invalid params: notifications is an object that says which notifications are wanted");
        }
        return ReadFlag(filter, "toolsListChanged", Changes.Tools, ref wanted)
            ?? ReadFlag(filter, "promptsListChanged", Changes.Prompts, ref wanted)
            ?? ReadFlag(filter, "resourcesListChanged", Changes.Resources, ref wanted)
            ?? CheckUris(filter);
    }

    private static RpcError? ReadFlag(JsonElement filter, string name, Changes change, ref Changes wanted)
    {
        if (!filter.TryGetProperty(name, out var flag))
        {
            return null;
        }
        if (flag.ValueKind == JsonValueKind.True)
        {
            wanted |= change;
        }
        return flag.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? null
            : RpcError.InvalidParams($"Invalid params: notifications.{name} is true or false");
    }

    /// <summary>Resources here do not change by themselves, so that the acknowledgment leaves them out; yet the request must be well formed.</summary>
    private static RpcError? CheckUris(JsonElement filter) =>
        !filter.TryGetProperty("resourceSubscriptions"u8, out var uris)
        || (uris.ValueKind == JsonValueKind.Array && uris.EnumerateArray().All(static uri => uri.ValueKind == JsonValueKind.String))
            ? null
            : RpcError.InvalidParams("Invalid params: notifications.resourceSubscriptions is an array of strings");

    private static PooledBuffer Acknowledged(ReadOnlySpan<byte> id, Changes wanted) =>
        Notification("notifications/subscriptions/acknowledged", id, writer =>
        {
            writer.WriteStartObject("notifications"u8);
            WriteFlag(writer, "toolsListChanged"u8, wanted, Changes.Tools);
            WriteFlag(writer, "promptsListChanged"u8, wanted, Changes.Prompts);
            WriteFlag(writer, "resourcesListChanged"u8, wanted, Changes.Resources);
            writer.WriteEndObject();
        });

    private static void WriteFlag(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Changes wanted, Changes change)
    {
        if ((wanted & change) != 0)
        {
            writer.WriteBoolean(name, true);
        }
    }

    private static PooledBuffer Changed(ReadOnlySpan<byte> id, string method) => Notification(method, id, static _ => { });

    /// <summary>Both of what the specification asks of a server that ends a subscription: the notification, then the result.</summary>
    private static async Task EndAsync(ReadOnlyMemory<byte> id, Exchange exchange)
    {
        var raw = id.ToArray();
        await SendAsync(exchange, Notification("notifications/cancelled", id.Span, writer =>
        {
            writer.WritePropertyName("requestId"u8);
            writer.WriteRawValue(raw, skipInputValidation: true);
            writer.WriteString("reason"u8, "the server shuts down"u8);
        }));
        using var result = Replies.Result(id.Span, id.Length);
        result.Append("\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"u8);
        result.Append(id.Span);
        result.Append("}}}"u8);
        await exchange.ReplyAsync(result.Written, status: 200);
    }

    private static PooledBuffer Notification(string method, ReadOnlySpan<byte> id, Action<Utf8JsonWriter> writeParams)
    {
        var buffer = new PooledBuffer(256 + id.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Replies.BeginNotification(writer, System.Text.Encoding.UTF8.GetBytes(method));
            writer.WriteStartObject("_meta"u8);
            writer.WritePropertyName("io.modelcontextprotocol/subscriptionId"u8);
            writer.WriteRawValue(id, skipInputValidation: true);
            writer.WriteEndObject();
            writeParams(writer);
            Replies.EndNotification(writer);
        }
        return buffer;
    }

    private static async Task SendAsync(Exchange exchange, PooledBuffer message)
    {
        using (message)
        {
            await exchange.NotifyAsync(message.Written);
        }
    }
}
