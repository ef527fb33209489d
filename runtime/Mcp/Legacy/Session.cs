using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>
/// A session of revision 2025-11-25 or before, <see href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management"/>.
/// The SDK holds its state; this is its transport.
/// </summary>
internal sealed class Session : ITransport
{
    private static readonly (Changes, byte[])[] ListChanged =
    [
        (Changes.Tools, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}"u8.ToArray()),
        (Changes.Prompts, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/prompts/list_changed\"}"u8.ToArray()),
        (Changes.Resources, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/list_changed\"}"u8.ToArray()),
    ];

    private readonly Channel<JsonRpcMessage> _incoming = Channel.CreateUnbounded<JsonRpcMessage>();
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private readonly List<Exchange> _streams = [];
    // The requests that are being served, and what completes when the client cancels one.
    private readonly Dictionary<RequestId, TaskCompletionSource> _requests = [];
    // Holds what changed since a stream was there to tell it.
    private readonly ChangeListener _changes;
    private readonly ILogger _log;
    private readonly McpServer _server;
    private readonly Task _run;
    private readonly TimeProvider _time;
    private long _lastUsed;
    private int _users;
    private TaskCompletionSource? _unused;

    internal Session(string id, string caller, McpOptions options, ILogger log)
    {
        SessionId = id;
        Caller = caller;
        _log = log;
        _time = options.Time;
        _lastUsed = _time.GetTimestamp();
        _changes = options.Catalogue.Changes.Listen();
        _server = McpServer.Create(this, SdkOptions.Create(options, log));
        _run = RunAsync();
    }

    public string SessionId { get; }

    public ChannelReader<JsonRpcMessage> MessageReader => _incoming.Reader;

    /// <summary>Whose session it is. Nobody else gets in, whatever id they know.</summary>
    internal string Caller { get; }

    internal TimeSpan Idle => Volatile.Read(ref _users) > 0 ? TimeSpan.Zero : _time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    /// <summary>
    /// Hands a message to the SDK. For a request, completes when its answer has been sent, when the client has cancelled it, or when the client or the session is gone.
    /// </summary>
    /// <returns>False where the answer was an error.</returns>
    internal async Task<bool> PostAsync(JsonRpcMessage message, Caller caller, Exchange exchange)
    {
        using var use = Use();
        var answer = new ExchangeTransport(exchange, SessionId);
        SessionCaller.Set(message, caller);
        message.Context!.RelatedTransport = answer;
        if (message is JsonRpcRequest request)
        {
            await ServeAsync(request, answer, exchange);
        }
        else
        {
            _incoming.Writer.TryWrite(message);
            Cancelled(message);
        }
        return !answer.Failed;
    }

    private async Task ServeAsync(JsonRpcRequest request, ExchangeTransport answer, Exchange exchange)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isKnown;
        lock (_requests)
        {
            isKnown = _requests.TryAdd(request.Id, cancelled);
        }
        try
        {
            _incoming.Writer.TryWrite(request);
            await Task.WhenAny(answer.Answered, cancelled.Task, _run, Until(exchange.Cancelled));
            if (cancelled.Task.IsCompleted)
            {
                // The SDK sends nothing for the request any more.
                await exchange.EndAsync();
            }
            else if (exchange.Cancelled.IsCancellationRequested)
            {
                // RATIONALE.md, "Why does a lost connection cancel a call in the legacy era, too?"
                Cancel(request.Id);
            }
        }
        finally
        {
            lock (_requests)
            {
                if (isKnown)
                {
                    _requests.Remove(request.Id);
                }
            }
        }
    }

    /// <summary><see href="https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation"/></summary>
    private void Cancelled(JsonRpcMessage message)
    {
        if (message is not JsonRpcNotification { Method: NotificationMethods.CancelledNotification, Params: JsonObject parameters } || parameters["requestId"] is not JsonValue id)
        {
            return;
        }
        RequestId? cancelled = id.TryGetValue<string>(out var text) ? new RequestId(text) : id.TryGetValue<long>(out var number) ? new RequestId(number) : null;
        lock (_requests)
        {
            if (cancelled is { } known && _requests.TryGetValue(known, out var request))
            {
                request.TrySetResult();
            }
        }
    }

    /// <summary>Opens a stream for messages that belong to no request. Disposing of the result closes it.</summary>
    private Closing Open(Exchange stream)
    {
        lock (_lock)
        {
            _streams.Add(stream);
        }
        var use = Use();
        return new Closing(() =>
        {
            lock (_lock)
            {
                _streams.Remove(stream);
            }
            use.Dispose();
        });
    }

    /// <summary>Sends what belongs to no request on a stream, until the client, the session or the server ends.</summary>
    internal async Task StreamAsync(Exchange stream)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stream.Cancelled, stream.Stopping, _ended.Token);
        using var open = Open(stream);
        try
        {
            while (true)
            {
                var changes = await _changes.NextAsync(ends.Token);
                foreach (var (change, message) in ListChanged)
                {
                    if ((changes & change) != 0)
                    {
                        await stream.NotifyAsync(message);
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // One of the three ended.
        }
    }

    /// <summary>Sends on one stream, the newest. Without any the message is dropped: clients need not open one.</summary>
    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        Exchange? stream;
        lock (_lock)
        {
            stream = _streams.LastOrDefault();
        }
        if (stream is not null)
        {
            await stream.NotifyAsync(SdkMessages.Write(message));
        }
    }

    /// <summary>Completes when no call of the session runs and no stream is open.</summary>
    internal Task UnusedAsync()
    {
        var unused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        unused = Interlocked.CompareExchange(ref _unused, unused, null) ?? unused;
        if (Volatile.Read(ref _users) == 0)
        {
            unused.TrySetResult();
        }
        return unused.Task;
    }

    /// <summary>Ends the session and every call in it.</summary>
    internal async Task EndAsync()
    {
        _changes.Dispose();
        _incoming.Writer.TryComplete();
        await _ended.CancelAsync();
        await _run;
        await _server.DisposeAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Hands the SDK a cancellation, as if the client had sent it.</summary>
    private void Cancel(RequestId id) => _incoming.Writer.TryWrite(new JsonRpcNotification
    {
        Method = NotificationMethods.CancelledNotification,
        Params = JsonSerializer.SerializeToNode(
            new CancelledNotificationParams { RequestId = id }, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(CancelledNotificationParams))),
    });

    private async Task RunAsync()
    {
        try
        {
            await _server.RunAsync(_ended.Token);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // Ended by us.
        }
        catch (Exception e)
        {
            Log.SessionFailed(_log, e);
        }
    }

    private Closing Use()
    {
        Interlocked.Increment(ref _users);
        return new Closing(() =>
        {
            Volatile.Write(ref _lastUsed, _time.GetTimestamp());
            if (Interlocked.Decrement(ref _users) == 0)
            {
                Volatile.Read(ref _unused)?.TrySetResult();
            }
        });
    }

    private static async Task Until(CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), reached);
        await reached.Task;
    }

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
