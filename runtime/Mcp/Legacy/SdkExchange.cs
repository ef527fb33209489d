using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>One request of the modern era for the SDK, with a server of its own: there is no state to share.</summary>
internal sealed class SdkExchange : ITransport
{
    private readonly Channel<JsonRpcMessage> _incoming = Channel.CreateUnbounded<JsonRpcMessage>();

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader => _incoming.Reader;

    internal static async Task RunAsync(Message message, McpOptions options, Caller caller, Exchange exchange, ILogger log)
    {
        if (SdkMessages.Read(message) is not { } request)
        {
            await exchange.RefuseAsync(message.Id, RpcError.InvalidRequest("Invalid request"));
            return;
        }
        var transport = new SdkExchange();
        var answer = new ExchangeTransport(exchange, sessionId: null);
        SessionCaller.Set(request, caller);
        request.Context!.RelatedTransport = answer;
        request.Context.ProtocolVersion = Versions.Modern;
        await using var server = McpServer.Create(transport, SdkOptions.Create(options, log));
        var run = server.RunAsync(exchange.Cancelled);
        transport._incoming.Writer.TryWrite(request);
        await Task.WhenAny(answer.Answered, run);
        // Ended by completion: a cancellation would cost three exceptions.
        transport._incoming.Writer.TryComplete();
        await run;
    }

    /// <summary>What belongs to no request has no way to the client.</summary>
    public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _incoming.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
