using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Calls;

/// <summary>The meter and the activity source of the runtime. Labels are names of tools, codes and capabilities: a bounded number, and no secrets.</summary>
internal sealed class Telemetry : IDisposable
{
    internal const string Name = "Tapedeck";

    private readonly ActivitySource _activities = new(Name);
    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _denials;
    private readonly UpDownCounter<long> _running;
    private readonly Counter<long> _pulls;

    internal Telemetry()
    {
        _calls = _meter.CreateCounter<long>("tapedeck.calls", "{call}", "Calls by tool, function and outcome.");
        _duration = _meter.CreateHistogram("tapedeck.call.duration", "s", "Time from a call's arguments to its outcome.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        _denials = _meter.CreateCounter<long>("tapedeck.denials", "{decision}", "What policies denied, by tool and capability.");
        _running = _meter.CreateUpDownCounter<long>("tapedeck.calls.running", "{call}", "Calls that run.");
        _pulls = _meter.CreateCounter<long>("tapedeck.pulls", "{pull}", "Pulls of components by outcome.");
    }

    /// <summary>Watches what the process has in use.</summary>
    internal void Observe(Engine engine, MemoryBudget memory)
    {
        _meter.CreateObservableGauge("tapedeck.memory.granted", () => memory.Taken, "By", "Memory that the calls that run may take.");
        _meter.CreateObservableGauge("tapedeck.memory.used", () => engine.MemoryBytes, "By", "Memory that instances have now.");
        _meter.CreateObservableGauge("tapedeck.calls.abandoned", () => (long)engine.AbandonedCalls, "{call}", "Calls that were answered and whose thread is still busy.");
        _meter.CreateObservableGauge("tapedeck.translations", () => (long)engine.LoadedTranslations, "{translation}", "Translations of modules that were loaded.");
    }

    /// <summary>The span of a call, which its caller disposes of; null where nobody takes spans.</summary>
    /// <param name="trace">What the request said it belongs to; the default where it said nothing.</param>
    internal Activity? Start(string function, ActivityContext trace)
    {
        if (!_activities.HasListeners())
        {
            return null;
        }
        if (trace == default)
        {
            // Else it would be a child of ASP.NET's own span, which nobody takes, and so would nobody take this one.
            Activity.Current = null;
        }
        return _activities.StartActivity($"tools/call {function}", ActivityKind.Server, trace);
    }

    internal Meter Meter => _meter;

    internal void Began(string tool) => _running.Add(1, new KeyValuePair<string, object?>("tool", tool));

    internal void Ended(string tool, string function, string outcome, TimeSpan duration)
    {
        var toolTag = new KeyValuePair<string, object?>("tool", tool);
        var functionTag = new KeyValuePair<string, object?>("function", function);
        _running.Add(-1, toolTag);
        _calls.Add(1, toolTag, functionTag, new KeyValuePair<string, object?>("outcome", outcome));
        _duration.Record(duration.TotalSeconds, toolTag, functionTag);
    }

    internal void Denied(string tool, string capability, string verdict) =>
        _denials.Add(1, new("tool", tool), new("capability", capability), new("verdict", verdict));

    internal void Pulled(string outcome) => _pulls.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }
}
