using Microsoft.Extensions.Logging;
using Tapedeck.Mcp.Legacy;
using Tapedeck.Mcp.Modern;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Stdio;

/// <summary>
/// One client on a pair of streams. Requests of both eras may come mixed: clients that have found out that this server is modern have been seen to
/// go on with <c>initialize</c>.
/// </summary>
internal sealed class StdioConnection : IAsyncDisposable
{
    private const int MostInFlight = 1_000;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly McpOptions _options;
    private readonly ILogger _log;
    private readonly LineWriter _writer;
    private readonly ModernServer _modern;
    private readonly InFlight _inFlight = new(MostInFlight);
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Caller _caller = new(StdioServer.Caller, default);
    private Session? _session;
    private Task _stream = Task.CompletedTask;

    internal StdioConnection(McpOptions options, Stream output, ILogger log, CancellationToken cancellationToken)
    {
        _options = options;
        _log = log;
        _writer = new LineWriter(output);
        _modern = new ModernServer(options, log);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    internal async Task RunAsync(Stream input)
    {
        try
        {
            await ReadAsync(new LineReader(input, _options.Room));
            // Subscriptions end now; calls answer first, so that `echo '...' | tapedeck run` prints what it was asked for.
            await _stopping.CancelAsync();
            using var grace = new CancellationTokenSource(Grace, _options.Time);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, grace.Token);
            await _inFlight.DrainedAsync().WaitAsync(ends.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to end, or the grace is over.
        }
        catch (IOException)
        {
            // Nobody reads our output any more.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _stream;
        if (_session is not null)
        {
            await _session.EndAsync();
        }
        await Task.WhenAny(_inFlight.DrainedAsync(), Task.Delay(Grace, _options.Time));
    }

    private async Task ReadAsync(LineReader reader)
    {
        while (await reader.NextAsync(_ended.Token) is { } next)
        {
            if (next.Message is not { } line)
            {
                await RefuseAsync(next.Id, RpcError.InvalidRequest($"Invalid request: a message has at most {next.Limit} bytes"));
                continue;
            }
            var message = Message.Read(line.Written, _options.Limits, out var error, out var id);
            if (message is null)
            {
                await RefuseAsync(id, error!);
                line.Dispose();
                continue;
            }
            // The next line is read while this one is served; what has an order in the legacy era is handed over before the first wait.
            _ = ServeAsync(message, line);
        }
    }

    private async Task ServeAsync(Message message, PooledBuffer line)
    {
        try
        {
            switch (message.Kind)
            {
                case MessageKind.Request:
                    await RequestAsync(message);
                    break;
                case MessageKind.Notification when message.Method == Methods.Cancelled:
                    Cancel(message);
                    break;
                default:
                    await PostAsync(message, new StdioExchange(_writer, _ended.Token, _stopping.Token));
                    break;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The connection ended.
        }
        finally
        {
            message.Dispose();
            line.Dispose();
        }
    }

    private async Task RequestAsync(Message message)
    {
        using var exchange = new StdioExchange(_writer, _ended.Token, _stopping.Token);
        if (_inFlight.TryAdd(message.Id, exchange) is { } reason)
        {
            await exchange.RefuseAsync(message.Id, RpcError.InvalidRequest($"Invalid request: {reason}"));
            return;
        }
        try
        {
            var error = Metadata.Read(message, out var metadata);
            if (error is null && metadata.IsModern(message))
            {
                error = ModernServer.CheckMetadata(metadata);
                if (error is null)
                {
                    // A tool that computes before it waits does not keep the next line, perhaps its cancellation, from being read.
                    await Task.Yield();
                    await _modern.ServeAsync(message, metadata, _options.Catalogue.Current, _caller, exchange);
                }
            }
            else if (error is null)
            {
                await PostAsync(message, exchange);
            }
            if (error is not null)
            {
                await exchange.RefuseAsync(message.Id, error);
            }
        }
        finally
        {
            _inFlight.Remove(message.Id);
        }
    }

    private void Cancel(Message message)
    {
        if (message.Params.ValueKind == System.Text.Json.JsonValueKind.Object && message.Params.TryGetProperty("requestId"u8, out var id))
        {
            _inFlight.Cancel(message.Raw(id));
        }
    }

    /// <summary>Hands a message of the legacy era to the SDK.</summary>
    private async Task PostAsync(Message message, StdioExchange exchange)
    {
        var read = SdkMessages.Read(message);
        var error = read is null ? RpcError.InvalidRequest("Invalid request") : SessionChecks.Check(message, _options.Catalogue.Current);
        if (error is null)
        {
            await Session().PostAsync(read!, _caller, exchange);
        }
        else if (message.Kind == MessageKind.Request)
        {
            await exchange.RefuseAsync(message.Id, error);
        }
    }

    private Session Session()
    {
        lock (_inFlight)
        {
            if (_session is null)
            {
                _session = new Session("stdio", StdioServer.Caller, _options, _log);
                _stream = _session.StreamAsync(new StdioExchange(_writer, _ended.Token, _stopping.Token));
            }
            return _session;
        }
    }

    private async Task RefuseAsync(ReadOnlyMemory<byte> id, RpcError error)
    {
        using var message = Replies.Error(id.Span, error);
        await _writer.WriteAsync(message.Written, _ended.Token);
    }
}
