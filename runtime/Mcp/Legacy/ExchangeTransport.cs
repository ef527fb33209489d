using System.Threading.Channels;
using ModelContextProtocol.Protocol;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>
/// The way back to the client of one request, as the SDK wants to see it: whatever the SDK sends for the request comes here, and the answer ends it.
/// </summary>
internal sealed class ExchangeTransport(Exchange exchange, string? sessionId) : ITransport
{
    private static readonly ChannelReader<JsonRpcMessage> Nothing = Channel.CreateUnbounded<JsonRpcMessage>().Reader;
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? SessionId => sessionId;

    internal Exchange Exchange => exchange;

    /// <summary>Never read: requests come in by the session's own transport.</summary>
    public ChannelReader<JsonRpcMessage> MessageReader => Nothing;

    /// <summary>Completes when the answer has been sent.</summary>
    internal Task Answered => _answered.Task;

    /// <summary>True where the answer was an error.</summary>
    internal bool Failed { get; private set; }

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        var bytes = SdkMessages.Write(message);
        if (message is not (JsonRpcResponse or JsonRpcError))
        {
            await exchange.NotifyAsync(bytes);
            return;
        }
        Failed = message is JsonRpcError;
        await exchange.ReplyAsync(bytes, message is JsonRpcError error && sessionId is null ? RpcError.StatusOf(error.Error.Code) : 200);
        _answered.TrySetResult();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
