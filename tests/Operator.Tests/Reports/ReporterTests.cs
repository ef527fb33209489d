using System.Collections.Concurrent;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tests.Cluster;
using Xunit;

namespace Tapedeck.Operator.Tests.Reports;

public sealed class ReporterTests
{
    private static readonly ObjectKey Key = new("team-a", "weather");
    private static readonly Question Question = new(Given.Digest, "weather-tool-1", 4, IsAvailable: true, IsSettled: true);
    private static readonly RuntimeReport Report = new(Given.Digest, 1, [], [], [], [], "", 4) { ToolConfigMap = "weather-tool-1" };

    public static TheoryData<string> Unanswered => ["another tool", "another artifact", "an older policy", "one of several has not said", "not all are there"];

    [Theory]
    [MemberData(nameof(Unanswered))]
    public async Task Pods_are_asked_until_all_of_them_say_that_it_is_so(string what)
    {
        var (first, question) = what switch
        {
            "another tool" => (new PodAnswer(Report with { ToolConfigMap = "weather-tool-0" }, null) { Enforced = 4 }, Question),
            "another artifact" => (new PodAnswer(Report with { Digest = Given.OtherDigest }, null) { Enforced = 4 }, Question),
            "an older policy" => (new PodAnswer(Report, null) { Enforced = 3 }, Question),
            "not all are there" => (new PodAnswer(Report, null) { Enforced = 4 }, Question with { IsSettled = false }),
            _ => (new PodAnswer(Report, null), Question),
        };
        var answers = new ConcurrentQueue<PodAnswer>([first, new(Report, null) { Enforced = 4 }]);
        var asked = 0;
        using var reporter = new Reporter((_, _) => Task.FromResult(answers.ElementAt(Math.Min(Interlocked.Increment(ref asked), 2) - 1)), 1, new FastTime(100), _ => { }, default);
        await Eventually.Is("it was asked again", () => Task.FromResult(reporter.Look(Key, question) is not null && asked >= 2));
        await Eventually.Is("it is known", () => Task.FromResult(reporter.Look(Key, Question).Again is null));
        var known = asked;
        Assert.Equal(4, reporter.Look(Key, Question).Answer.Enforced);
        await Task.Delay(100);
        Assert.Null(reporter.Look(Key, Question).Again);
        Assert.Equal(known, asked);
        // Something is to be otherwise, and is asked about.
        Assert.NotNull(reporter.Look(Key, Question with { PolicyGeneration = 5 }).Again);
        await Eventually.Is("it was asked", () => Task.FromResult(asked > known));
    }
}
