using System.Collections.Immutable;
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
    private readonly Counter<long> _pulls;

    private readonly Action<string> _forgotten;
    private readonly Lock _gate = new();
    private ImmutableList<ToolSeries> _series = [];

    /// <param name="forgotten">Is told of a tool whose series are over.</param>
    internal Telemetry(Action<string> forgotten)
    {
        _forgotten = forgotten;
        _calls = _meter.CreateCounter<long>("tapedeck.calls", "{call}", "Calls by tool, function and outcome.");
        _duration = _meter.CreateHistogram("tapedeck.call.duration", "s", "Time from a call's arguments to its outcome.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        _denials = _meter.CreateCounter<long>("tapedeck.denials", "{decision}", "What policies denied, by tool and capability.");
        _meter.CreateObservableUpDownCounter("tapedeck.calls.running", Running, "{call}", "Calls that run.");
        _pulls = _meter.CreateCounter<long>("tapedeck.pulls", "{pull}", "Pulls of components by outcome.");
    }

    /// <summary>Watches what the process has in use.</summary>
    /// <param name="caches">How often each had what was wanted, and how often not.</param>
    internal void Observe(Engine engine, MemoryBudget memory, (string Cache, Func<long> Hits, Func<long> Misses)[] caches)
    {
        _meter.CreateObservableCounter("tapedeck.cache.reads", () => caches.SelectMany(CacheReads), "{read}", "Whether compiled code and pulled content were there already, by cache and outcome.");
        _meter.CreateObservableGauge("tapedeck.memory.granted", () => memory.Taken, "By", "Memory that the calls that run may take, and that large answers take until they are read.");
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

    /// <summary>The series of a tool that is served from now on.</summary>
    internal ToolSeries Of(string tool)
    {
        var series = new ToolSeries(this, tool);
        lock (_gate)
        {
            _series = _series.Add(series);
        }
        return series;
    }

    /// <summary>Ends the series of a tool, unless it has come back meanwhile.</summary>
    internal void Forget(ToolSeries series)
    {
        lock (_gate)
        {
            _series = _series.Remove(series);
            if (_series.Any(other => other.Tool == series.Tool))
            {
                return;
            }
        }
        _forgotten(series.Tool);
    }

    internal void Ended(string tool, string function, string outcome, TimeSpan duration)
    {
        var toolTag = new KeyValuePair<string, object?>("tool", tool);
        var functionTag = new KeyValuePair<string, object?>("function", function);
        _calls.Add(1, toolTag, functionTag, new KeyValuePair<string, object?>("outcome", outcome));
        _duration.Record(duration.TotalSeconds, toolTag, functionTag);
    }

    internal void Denied(string tool, string capability, string verdict) =>
        _denials.Add(1, new("tool", tool), new("capability", capability), new("verdict", verdict));

    internal void Pulled(string outcome) => _pulls.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private IEnumerable<Measurement<long>> Running() =>
        Volatile.Read(ref _series).GroupBy(series => series.Tool, StringComparer.Ordinal).Select(group => new Measurement<long>(group.Sum(series => series.Running), new KeyValuePair<string, object?>("tool", group.Key)));

    private static Measurement<long>[] CacheReads((string Cache, Func<long> Hits, Func<long> Misses) cache) =>
        [new(cache.Hits(), new("cache", cache.Cache), new("outcome", "hit")), new(cache.Misses(), new("cache", cache.Cache), new("outcome", "miss"))];

    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }
}
