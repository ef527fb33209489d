using Xunit;

namespace Tapedeck.Conformance.Tests;

public sealed class TallyTests
{
    [Fact]
    public void Prints_failures_then_skips_by_feature_then_the_line_that_counts_all()
    {
        var tally = new Tally();
        tally.Add("b.wast:2", Outcome.Failed("wrong"));
        tally.Add("a.wast:1", Outcome.Passed);
        tally.Add("a.wast:2", Outcome.Skipped("gc"));
        tally.Add("a.wast:3", Outcome.Skipped("gc"));
        using var output = new StringWriter { NewLine = "\n" };
        tally.Print(output, "suite");
        Assert.Equal("b.wast:2: wrong\n       2 skipped: gc\nsuite: 1 passed, 1 failed, 2 skipped\n", output.ToString());
        Assert.Equal(1, tally.Failed);
    }
}
