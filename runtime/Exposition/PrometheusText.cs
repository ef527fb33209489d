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
    private const int MostCharacters = 512;

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

    // Several times a call, so that what is counted costs no memory once its series is there.
    private void Record(Family family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Span<char> room = stackalloc char[MostCharacters];
        var labels = TryWriteLabels(tags, room, out var length) ? room[..length] : Labels(tags).AsSpan();
        lock (_gate)
        {
            if (!family.IsListed)
            {
                family.IsListed = true;
                _families.TryAdd(family.Name, family);
            }
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

    /// <summary>As <see cref="Labels"/> has them; false where they are long, or have what has to be escaped.</summary>
    private static bool TryWriteLabels(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<char> room, out int length)
    {
        length = 0;
        var last = "";
        for (var written = 0; written < tags.Length; written++)
        {
            var next = -1;
            for (var index = 0; index < tags.Length; index++)
            {
                if (string.CompareOrdinal(tags[index].Key, last) > 0 && (next < 0 || string.CompareOrdinal(tags[index].Key, tags[next].Key) < 0))
                {
                    next = index;
                }
            }
            if (next < 0 || tags[next].Value is not string value || value.AsSpan().IndexOfAny('\\', '"', '\n') >= 0
                || !room[length..].TryWrite($"{(written > 0 ? "," : "")}{tags[next].Key}=\"{value}\"", out var characters))
            {
                return false;
            }
            length += characters;
            last = tags[next].Key;
        }
        return true;
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(',', tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}=\"{Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "")}\""));

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>One instrument with its series.</summary>
    private sealed class Family(Instrument instrument)
    {
        private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly double[] _bounds = instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } ? [.. bounds] : [];

        private bool IsHistogram => instrument is Histogram<double>;

        private bool IsCounter { get; } = IsCounterOf(instrument);

        /// <summary>Whether it is among those that are written.</summary>
        internal bool IsListed { get; set; }

        internal string Name { get; } = instrument.Name.Replace('.', '_')
            + (instrument.Unit == "s" ? "_seconds" : instrument.Unit == "By" ? "_bytes" : "")
            + (IsCounterOf(instrument) ? "_total" : "");

        private static bool IsCounterOf(Instrument instrument) =>
            instrument.GetType().Name is var name && (name.StartsWith("Counter", StringComparison.Ordinal) || name.StartsWith("ObservableCounter", StringComparison.Ordinal));

        /// <returns>Whether the series is new; null where it may not be added.</returns>
        internal bool? Record(ReadOnlySpan<char> labels, double value, bool mayAdd)
        {
            var isNew = !_series.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(labels, out var series);
            if (isNew)
            {
                if (!mayAdd)
                {
                    return null;
                }
                _series.Add(labels.ToString(), series = new Series(new long[_bounds.Length + 1]));
            }
            series!.Sum += value;
            series.Count++;
            if (IsHistogram)
            {
                var bucket = 0;
                while (bucket < _bounds.Length && !(value <= _bounds[bucket]))
                {
                    bucket++;
                }
                series.Buckets[bucket]++;
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
            foreach (var (labels, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
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
