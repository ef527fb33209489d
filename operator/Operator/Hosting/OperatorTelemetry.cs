using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tapedeck.Exposition;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Work;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Tools;

namespace Tapedeck.Operator.Hosting;

/// <summary>What the operator measures of its own, beside <see cref="KubeMetrics"/>: for a scraper, and by OTLP where the environment names a collector.</summary>
internal sealed class OperatorTelemetry : IDisposable
{
    internal const string Name = "Tapedeck.Operator";

    /// <summary>One span for each reconciliation.</summary>
    internal static readonly ActivitySource Spans = new(Name);

    private static readonly string[] Variables = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];
    private static readonly string[] Counted = [Condition.Ready, Condition.ArtifactResolved, Condition.Verified, Condition.PolicyAccepted, Condition.Reconciling, Condition.Stalled];

    private static readonly string[] Statuses = ["True", "False", "Unknown"];

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _pulls;
    private readonly PrometheusText _text;
    private readonly List<IDisposable> _exporters = [];
    private volatile Watching? _watching;
    private volatile WorkQueue<ObjectKey>[] _queues = [];

    /// <param name="isLeading">Whether this process leads.</param>
    /// <param name="workers">Tools at once.</param>
    /// <param name="variable">The environment.</param>
    internal OperatorTelemetry(Func<bool> isLeading, int workers, Func<string, string?> variable)
    {
        // Of this instance alone, or the client's, which are of the process.
        _text = new PrometheusText(meter => ReferenceEquals(meter, _meter) || meter.Name == KubeMetrics.MeterName);
        _pulls = _meter.CreateHistogram("tapedeck.operator.registry.duration", "s", "Questions to registries; result is Found, or the reason of the failure.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        _meter.CreateObservableGauge("tapedeck.operator.leader", () => isLeading() ? 1 : 0, null, "1 in the process that leads.");
        _meter.CreateObservableGauge("tapedeck.operator.workers", () => workers, null, "Tools that are reconciled at once.");
        _meter.CreateObservableGauge("tapedeck.operator.queue.depth", () => _queues.Select(queue => new Measurement<int>(queue.Depth, new KeyValuePair<string, object?>("queue", queue.Name))), null, "Keys that could be worked on now.");
        _meter.CreateObservableGauge("tapedeck.operator.watch.age", () => _watching?.Ages.Select(age => new Measurement<double>(age.Silence.TotalSeconds, new KeyValuePair<string, object?>("resource", age.Resource))) ?? [], "s", "How long a watch has been silent.");
        _meter.CreateObservableGauge("tapedeck.operator.tools", Tools, null, "WasmTools, by the status of each condition.");
        _meter.CreateObservableGauge("tapedeck.operator.tool.ready", Ready, null, "1 for a WasmTool that is ready, 0 for one that is not.");
        if (Variables.Any(name => !string.IsNullOrEmpty(variable(name))))
        {
            var resource = ResourceBuilder.CreateDefault().AddService("tapedeck-operator");
            _exporters.Add(Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Name).AddOtlpExporter().Build());
            _exporters.Add(Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Name, KubeMetrics.MeterName).AddOtlpExporter().Build());
        }
    }

    internal string Text() => _text.Write();

    /// <summary>From now on these are told of.</summary>
    internal void Follow(Watching watching, params WorkQueue<ObjectKey>[] queues)
    {
        _watching = watching;
        _queues = queues;
    }

    internal void Asked(Resolution answer, TimeSpan took) =>
        _pulls.Record(took.TotalSeconds, new KeyValuePair<string, object?>("result", answer is Resolution.Failed failed ? failed.Reason : "Found"));

    public void Dispose()
    {
        _text.Dispose();
        foreach (var exporter in _exporters)
        {
            exporter.Dispose();
        }
        _meter.Dispose();
    }

    private IEnumerable<Measurement<int>> Tools() =>
        from type in Counted
        let counts = (_watching?.Caches.Tools.All ?? []).CountBy(tool => Condition.Find(tool, type)?.StatusText ?? "Unknown").ToDictionary()
        from status in Statuses
        select new Measurement<int>(counts.GetValueOrDefault(status), new("condition", type), new("status", status));

    private IEnumerable<Measurement<int>> Ready() => _watching?.Caches.Tools.All.Select(tool => new Measurement<int>(
        Condition.Find(tool, Condition.Ready)?.Status == true ? 1 : 0, new("namespace", tool.Metadata.Namespace), new("tool", tool.Metadata.Name))) ?? [];
}
