using System.Diagnostics.Metrics;
using Tapedeck.Exposition;
using Xunit;

namespace Tapedeck.Server.Tests.Exposition;

/// <summary>What a scraper reads, and what counting costs.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new("Tapedeck.Tests");
    private readonly PrometheusText _text;

    public PrometheusTextTests() => _text = new PrometheusText(meter => ReferenceEquals(meter, _meter));

    [Fact]
    public void Labels_are_in_the_order_of_their_names_whatever_order_they_came_in()
    {
        var calls = _meter.CreateCounter<long>("t.calls", description: "Calls.");
        calls.Add(1, new("tool", "a/b"), new("function", "f"), new("outcome", "ok"));
        calls.Add(2, new("outcome", "ok"), new("tool", "a/b"), new("function", "f"));
        calls.Add(1, new("tool", "a/a"), new("function", "f"), new("outcome", "ok"));
        calls.Add(1);
        Assert.Equal(
            """
            # HELP t_calls_total Calls.
            # TYPE t_calls_total counter
            t_calls_total 1
            t_calls_total{function="f",outcome="ok",tool="a/a"} 1
            t_calls_total{function="f",outcome="ok",tool="a/b"} 3

            """,
            Written());
    }

    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    public void What_a_label_may_not_have_is_escaped(string value, string expected)
    {
        _meter.CreateCounter<long>("t").Add(1, new("x", value), new("a", 5));
        Assert.Contains($"t_total{{a=\"5\",x=\"{expected}\"}} 1\n", Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_of_any_length_is_written_whole()
    {
        var value = new string('x', 10_000);
        _meter.CreateCounter<long>("t").Add(1, new KeyValuePair<string, object?>("x", value));
        Assert.Contains($"t_total{{x=\"{value}\"}} 1\n", Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_counts_a_value_in_each_bucket_that_holds_it()
    {
        var seconds = _meter.CreateHistogram("t", "s", "", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.5, 2 })
        {
            seconds.Record(value);
        }
        Assert.Contains(
            "t_seconds_bucket{le=\"0.1\"} 2\nt_seconds_bucket{le=\"1\"} 3\nt_seconds_bucket{le=\"+Inf\"} 4\nt_seconds_sum 2.65\nt_seconds_count 4\n", Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_counter_that_is_observed_is_a_counter()
    {
        var count = 0L;
        _meter.CreateObservableCounter("t.lost", () => count, description: "Lost.");
        Assert.Contains("# TYPE t_lost_total counter\nt_lost_total 0\n", Written(), StringComparison.Ordinal);
        count = 7;
        Assert.Contains("\nt_lost_total 7\n", Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_what_is_gone_there_is_nothing()
    {
        var calls = _meter.CreateCounter<long>("t");
        calls.Add(1, new("tool", "a"), new("function", "f"));
        calls.Add(1, new("tool", "b"), new("function", "f"));
        _text.Remove("tool", "a");
        Assert.DoesNotContain("tool=\"a\"", Written(), StringComparison.Ordinal);
        Assert.Contains("tool=\"b\"", Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void To_count_what_was_counted_before_takes_no_memory()
    {
        var (calls, seconds) = (_meter.CreateCounter<long>("t"), _meter.CreateHistogram<double>("u"));
        Count(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Count(1_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);

        void Count(int times)
        {
            for (var time = 0; time < times; time++)
            {
                calls.Add(1, new("tool", "default/text"), new("function", "slug"), new("outcome", "ok"));
                seconds.Record(0.001, new("tool", "default/text"), new("function", "slug"));
            }
        }
    }

    public void Dispose()
    {
        _text.Dispose();
        _meter.Dispose();
    }

    private string Written() => _text.Write().Split("# HELP tapedeck_metrics_dropped_series_total")[0];
}
