using Tapedeck.Components;
using Tapedeck.Mcp;
using Tapedeck.Policy;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Tools;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Loading;

/// <summary>A version of a tool that can be called: its component, the functions that are served, and the gate.</summary>
internal sealed class LoadedTool : IDisposable
{
    private readonly Component _component;
    private readonly ComponentTemplate _template;
    private readonly CallRunner _runner;
    private readonly Services _services;
    private readonly ToolSeries _series;
    private readonly Lock _gate = new();
    private int _calls;
    private bool _isRetired;
    private LoadedTool? _successor;

    internal LoadedTool(Services services, ToolSeat seat, ArtifactFacts facts, Component component, ComponentTemplate template, Toolset toolset)
    {
        _services = services;
        _component = component;
        _template = template;
        _runner = new CallRunner(services.Engine, seat.Slots, new RunnableTool(template, seat.Gate, seat.Options.Now));
        _series = seat.Series;
        Facts = facts;
        Toolset = toolset;
        Gate = seat.Gate;
        Requested = Capabilities.RequestedBy(component.Wit);
        Wit = component.Wit;
        Tools = [.. toolset.Served.Select(function => new McpTool(function, this))];
    }

    internal ArtifactFacts Facts { get; }

    internal Toolset Toolset { get; }

    internal Gate Gate { get; }

    internal TimeProvider Time => _services.Time;

    /// <summary>The capabilities that the component asks for by its imports.</summary>
    internal IReadOnlyList<string> Requested { get; }

    internal WitView Wit { get; }

    internal IReadOnlyList<ITool> Tools { get; }

    /// <summary>Calls the function and says so in the audit log, the metrics and the caller's trace.</summary>
    internal async ValueTask<CallOutcome> CallAsync(ServedFunction function, ReadOnlyMemory<byte> arguments, CallContext context)
    {
        if (!TryEnter())
        {
            return await ForwardAsync(function, arguments, context);
        }
        var record = RecordOf(function, arguments, context);
        using var activity = _services.Telemetry.Start(function.Name, context.Trace);
        var started = _services.Time.GetTimestamp();
        _series.Began();
        var code = FailureCodes.Internal;
        CallOutcome outcome;
        try
        {
            outcome = await _runner.RunAsync(function, arguments, record, context);
            code = outcome.Failure?.Code ?? "ok";
        }
        finally
        {
            Leave();
            var duration = _services.Time.GetElapsedTime(started);
            activity?.SetTag("tapedeck.tool", Facts.Tool).SetTag("tapedeck.outcome", code).Stop();
            _series.Ended(function.Name, code, duration);
            _services.Audit.Called(record, code, duration);
            _services.Recent.Add(record, code, duration);
        }
        // When the call is over, with its event: a client may take its time to read.
        if (outcome.Log is { } log && context.WantsLog(LogSeverity.Notice))
        {
            await ForwardAsync(log, context);
        }
        return outcome;
    }

    /// <summary>Compiles everything into the cache now.</summary>
    /// <returns>How many core modules that were.</returns>
    /// <exception cref="InvalidModuleException">Code of it is beyond what translations may take.</exception>
    internal int Translate() => _component.Translate();

    /// <summary>
    /// Gives up the component when the last call has ended. A call that found this version and comes too late to begin with it goes to the successor.
    /// </summary>
    internal void Retire(LoadedTool? successor)
    {
        lock (_gate)
        {
            if (_isRetired)
            {
                return;
            }
            _successor = successor;
            _isRetired = true;
            if (_calls > 0)
            {
                return;
            }
        }
        Release();
    }

    public void Dispose() => Retire(null);

    /// <summary>The call is the successor's, whose function of that name may be another one by now: its own arguments, its own schema.</summary>
    private ValueTask<CallOutcome> ForwardAsync(ServedFunction function, ReadOnlyMemory<byte> arguments, CallContext context)
    {
        if (_successor is { } next && next.Toolset.Served.FirstOrDefault(served => served.Name == function.Name) is { } same)
        {
            return next.CallAsync(same, arguments, context);
        }
        // It has no metrics: those of a tool that is gone are gone as well.
        var record = RecordOf(function, arguments, context);
        _services.Audit.Called(record, FailureCodes.Gone, TimeSpan.Zero);
        _services.Recent.Add(record, FailureCodes.Gone, TimeSpan.Zero);
        return ValueTask.FromResult(CallOutcome.Failed(CallFailure.Of(FailureCodes.Gone, $"{function.Name} is served no more; list the tools anew")));
    }

    private CallRecord RecordOf(ServedFunction function, ReadOnlyMemory<byte> arguments, CallContext context) =>
        new(_services.Audit, Facts.Tool, function.Name, Facts.Digest, context.Caller, context.ProtocolVersion) { Generation = Gate.Current.Generation, Arguments = arguments };

    private void Release()
    {
        _template.Dispose();
        _component.Dispose();
    }

    private bool TryEnter()
    {
        lock (_gate)
        {
            if (_isRetired)
            {
                return false;
            }
            _calls++;
        }
        _services.Crashes?.Change(Facts.ContentDigest, 1);
        return true;
    }

    private void Leave()
    {
        _services.Crashes?.Change(Facts.ContentDigest, -1);
        lock (_gate)
        {
            if (--_calls > 0 || !_isRetired)
            {
                return;
            }
        }
        Release();
    }

    /// <summary>What the component wrote, for a client that asked for log lines.</summary>
    private static async ValueTask ForwardAsync(CallLog log, CallContext context)
    {
        foreach (var (source, bytes) in log.Pieces())
        {
            var severity = source == LogSource.Stdout ? LogSeverity.Info : LogSeverity.Notice;
            if (context.WantsLog(severity))
            {
                await context.LogAsync(new LogEntry(severity, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(System.Text.Encoding.UTF8.GetString(bytes)), source.ToString()));
            }
        }
    }
}
