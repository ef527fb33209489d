using System.Diagnostics.Metrics;

namespace Tapedeck.Kube.Client;

/// <summary>What this project measures, under the meter <c>Tapedeck.Kube</c>. Tags have few values: no names of objects.</summary>
public static class KubeMetrics
{
    public const string MeterName = "Tapedeck.Kube";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Seconds a request took, waiting and repeating included; tags verb, resource, code (0: no answer).</summary>
    internal static readonly Histogram<double> Requests = Meter.CreateHistogram<double>("kube.client.request.duration", "s");

    /// <summary>Seconds a reconcile took; tags controller, outcome (done, again, failed, gave-up).</summary>
    internal static readonly Histogram<double> Reconciles = Meter.CreateHistogram<double>("kube.controller.reconcile.duration", "s");

    /// <summary>Seconds a key waited in its queue; tag queue.</summary>
    internal static readonly Histogram<double> Waits = Meter.CreateHistogram<double>("kube.queue.wait.duration", "s");

    /// <summary>Lists of informers; tags resource, cause (start, gone).</summary>
    internal static readonly Counter<long> Lists = Meter.CreateCounter<long>("kube.informer.lists");

    /// <summary>Watches of informers that ended by a failure; tag resource.</summary>
    internal static readonly Counter<long> BrokenWatches = Meter.CreateCounter<long>("kube.informer.watches.broken");
}
