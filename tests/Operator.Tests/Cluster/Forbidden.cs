using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>Hears of every request of this process that a server forbids.</summary>
internal sealed class Forbidden : IDisposable
{
    private readonly MeterListener _listener = new();

    internal Forbidden()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "kube.client.request.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var all = tags.ToArray();
            if (all.Any(tag => tag.Key == "code" && tag.Value is 403))
            {
                Requests.Enqueue(string.Join(' ', all.Select(tag => tag.Value)));
            }
        });
        _listener.Start();
    }

    internal ConcurrentQueue<string> Requests { get; } = [];

    public void Dispose() => _listener.Dispose();
}
