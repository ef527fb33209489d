using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Tapedeck.Exposition;

/// <summary>
/// Listens to meters and writes what it counted in Prometheus' text format. Series are bounded: beyond the cap new label sets are counted in one series
/// <c>tapedeck_metrics_dropped_series_total</c>.
/// </summary>
/// <remarks><see href="https://prometheus.io/docs/instrumenting/exposition_formats/"/></remarks>
public sealed class PrometheusText : IDisposable
{
    private const int MostSeries = 10_000;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private int _series;
    private long _dropped;

    /// <param name="meters">Others of the process are not listened to.</param>
    public PrometheusText(Func<Meter, bool> meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument, new Family(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record((Family)state!, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record((Family)state!, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record((Family)state!, value, tags));
        _listener.Start();
    }

    /// <summary>Everything, as it is now.</summary>
    public string Write()
    {
        lock (_gate)
        {
            // What is observed is said anew each time, so that a series ends with what it was about.
            foreach (var family in _families.Values)
            {
                _series -= family.ForgetObserved();
            }
        }
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_gate)
        {
            foreach (var family in _families.Values)
            {
                family.Write(text);
            }
            text.Append("# HELP tapedeck_metrics_dropped_series_total Series that were not kept, since there are too many.\n# TYPE tapedeck_metrics_dropped_series_total counter\ntapedeck_metrics_dropped_series_total ").Append(_dropped).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Takes away the series that have a label of that value, as when a tool is gone.</summary>
    public void Remove(string label, string value)
    {
        lock (_gate)
        {
            foreach (var family in _families.Values)
            {
                _series -= family.Remove($"{label}=\"{Escape(value)}\"");
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Family family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (_gate)
        {
            _families.TryAdd(family.Name, family);
            if (family.Record(labels, value, _series < MostSeries) is not { } isNew)
            {
                _dropped++;
            }
            else if (isNew)
            {
                _series++;
            }
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var parts = new List<string>(tags.Length);
        foreach (var (name, value) in tags)
        {
            parts.Add($"{name}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")}\"");
        }
        parts.Sort(StringComparer.Ordinal);
        return string.Join(',', parts);
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>One instrument with its series.</summary>
    private sealed class Family(Instrument instrument)
    {
        private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly double[] _bounds = instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } ? [.. bounds] : [];

        private bool IsHistogram => instrument is Histogram<double>;

        private bool IsCounter => instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal);

        internal string Name { get; } = instrument.Name.Replace('.', '_')
            + (instrument.Unit == "s" ? "_seconds" : instrument.Unit == "By" ? "_bytes" : "")
            + (instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal) ? "_total" : "");

        /// <returns>Whether the series is new; null where it may not be added.</returns>
        internal bool? Record(string labels, double value, bool mayAdd)
        {
            var isNew = !_series.TryGetValue(labels, out var series);
            if (isNew)
            {
                if (!mayAdd)
                {
                    return null;
                }
                _series.Add(labels, series = new Series(new long[_bounds.Length + 1]));
            }
            series!.Sum += value;
            series.Count++;
            if (IsHistogram)
            {
                var bucket = Array.FindIndex(_bounds, bound => value <= bound);
                series.Buckets[bucket < 0 ? _bounds.Length : bucket]++;
            }
            else if (instrument.IsObservable)
            {
                series.Sum = value;
            }
            return isNew;
        }

        internal int ForgetObserved()
        {
            var gone = instrument.IsObservable ? _series.Count : 0;
            if (gone > 0)
            {
                _series.Clear();
            }
            return gone;
        }

        internal int Remove(string label)
        {
            var gone = _series.Keys.Where(labels => labels.Split(',').Contains(label)).ToArray();
            foreach (var labels in gone)
            {
                _series.Remove(labels);
            }
            return gone.Length;
        }

        internal void Write(StringBuilder text)
        {
            text.Append("# HELP ").Append(Name).Append(' ').Append(instrument.Description).Append('\n');
            text.Append("# TYPE ").Append(Name).Append(IsHistogram ? " histogram\n" : IsCounter ? " counter\n" : " gauge\n");
            foreach (var (labels, series) in _series)
            {
                if (IsHistogram)
                {
                    WriteBuckets(text, labels, series);
                }
                else
                {
                    Line(text, Name, labels, series.Sum);
                }
            }
        }

        private void WriteBuckets(StringBuilder text, string labels, Series series)
        {
            var count = 0L;
            var separator = labels.Length == 0 ? "" : ",";
            for (var bucket = 0; bucket < series.Buckets.Length; bucket++)
            {
                count += series.Buckets[bucket];
                var bound = bucket < _bounds.Length ? _bounds[bucket].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, Name + "_bucket", $"{labels}{separator}le=\"{bound}\"", count);
            }
            Line(text, Name + "_sum", labels, series.Sum);
            Line(text, Name + "_count", labels, series.Count);
        }

        private static void Line(StringBuilder text, string name, string labels, double value) =>
            text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private sealed class Series(long[] buckets)
    {
        internal double Sum { get; set; }
        internal long Count { get; set; }
        internal long[] Buckets => buckets;
    }
}
