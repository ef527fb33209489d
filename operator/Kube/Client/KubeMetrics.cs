using System.Diagnostics.Metrics;

namespace Tapedeck.Kube.Client;

/// <summary>What this project measures, under the meter <c>Tapedeck.Kube</c>. Tags have few values: no names of objects.</summary>
public static class KubeMetrics
{
    public const string MeterName = "Tapedeck.Kube";

    private static readonly Meter Meter = new(MeterName);

    private static readonly InstrumentAdvice<double> Buckets = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    /// <summary>Seconds a request took, waiting and repeating included; tags verb, resource, code (0: no answer).</summary>
    internal static readonly Histogram<double> Requests = Meter.CreateHistogram<double>("kube.client.request.duration", "s", "Requests to the API server.", null, Buckets);

    /// <summary>Seconds a reconcile took; tags controller, outcome (done, again, failed, gave-up).</summary>
    internal static readonly Histogram<double> Reconciles = Meter.CreateHistogram<double>("kube.controller.reconcile.duration", "s", "Reconciliations.", null, Buckets);

    /// <summary>Seconds a key waited in its queue; tag queue.</summary>
    internal static readonly Histogram<double> Waits = Meter.CreateHistogram<double>("kube.queue.wait.duration", "s", "How long keys waited in a queue.", null, Buckets);

    /// <summary>Lists of informers; tags resource, cause (start, gone).</summary>
    internal static readonly Counter<long> Lists = Meter.CreateCounter<long>("kube.informer.lists", null, "Lists of informers.");

    /// <summary>Watches of informers that ended by a failure; tag resource.</summary>
    internal static readonly Counter<long> BrokenWatches = Meter.CreateCounter<long>("kube.informer.watches.broken", null, "Watches that failed.");
}
