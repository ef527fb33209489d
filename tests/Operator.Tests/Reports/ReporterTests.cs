using System.Collections.Concurrent;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Children;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tests.Cluster;
using Xunit;

namespace Tapedeck.Operator.Tests.Reports;

public sealed class ReporterTests
{
    private static readonly ObjectKey Key = new("team-a", "weather");
    private static readonly SnapshotName Third = new(3, "c");
    private static readonly SnapshotName Fourth = new(4, "d");
    private static readonly Question Question = new(Given.Digest, "weather-tool-1", Fourth, IsAvailable: true, IsSettled: true);
    private static readonly RuntimeReport Report = new(Given.Digest, 1, [], [], [], [], "", Fourth) { ToolConfigMap = "weather-tool-1" };

    public static TheoryData<string> Unanswered => ["another tool", "another artifact", "an older policy", "another policy of that number", "a policy that nobody handed out", "one of several enforces another policy", "one of several has not said", "not all are there"];

    [Theory]
    [MemberData(nameof(Unanswered))]
    public async Task Pods_are_asked_until_all_of_them_say_that_it_is_so(string what)
    {
        var (first, question) = what switch
        {
            "another tool" => (new PodAnswer(Report with { ToolConfigMap = "weather-tool-0" }, null) { Enforced = [Fourth] }, Question),
            "another artifact" => (new PodAnswer(Report with { Digest = Given.OtherDigest }, null) { Enforced = [Fourth] }, Question),
            "an older policy" => (new PodAnswer(Report, null) { Enforced = [Third] }, Question),
            "another policy of that number" => (new PodAnswer(Report, null) { Enforced = [new(4, "x")] }, Question),
            "a policy that nobody handed out" => (new PodAnswer(Report, null) { Enforced = [new(9, "x")] }, Question),
            "one of several enforces another policy" => (new PodAnswer(Report, null) { Enforced = [Fourth, new(9, "x")] }, Question),
            "not all are there" => (new PodAnswer(Report, null) { Enforced = [Fourth] }, Question with { IsSettled = false }),
            _ => (new PodAnswer(Report, null), Question),
        };
        var answers = new ConcurrentQueue<PodAnswer>([first, new(Report, null) { Enforced = [Fourth] }]);
        var asked = 0;
        var reporter = new Reporter((_, _) => Task.FromResult(answers.ElementAt(Math.Min(Interlocked.Increment(ref asked), 2) - 1)), 1, new FastTime(100), _ => { }, default);
        await Eventually.Is("it was asked again", () => Task.FromResult(Look(reporter, Key, question) is not null && asked >= 2));
        await Eventually.Is("it is known", () => Task.FromResult(Look(reporter, Key, Question).Again is null));
        var known = asked;
        Assert.Equal(4, Look(reporter, Key, Question).Enforced);
        await Task.Delay(100);
        Assert.Null(Look(reporter, Key, Question).Again);
        Assert.Equal(known, asked);
        // Something is to be otherwise, and is asked about.
        Assert.NotNull(Look(reporter, Key, Question with { Policy = new(5, "e") }).Again);
        await Eventually.Is("it was asked", () => Task.FromResult(asked > known));
    }

    [Theory]
    [InlineData("the pod is silent", true)]
    [InlineData("the pod is gone", false)]
    [InlineData("a newer one serves", false)]
    public async Task What_a_pod_refused_stays_said_while_nobody_says_otherwise(string what, bool stays)
    {
        var refusal = new PodFailure("weather-tool-1", "InvalidComponent", "unexpected end-of-file", IsRetryable: false);
        var asked = 0;
        var told = 0;
        var reporter = new Reporter((_, _) => Task.FromResult(Interlocked.Increment(ref asked) == 1 ? new PodAnswer(null, refusal) { Failing = "weather-1" } : what switch
        {
            "the pod is silent" => new PodAnswer(null, null) { Silent = ["weather-2", "weather-1"] },
            "the pod is gone" => new PodAnswer(null, null) { Silent = ["weather-2"] },
            _ => new PodAnswer(Report, null),
        }), 1, new FastTime(100), _ => Interlocked.Increment(ref told), default);
        var question = Question with { IsSettled = false };
        await Eventually.Is("it is known", () => Task.FromResult(Look(reporter, Key, question).Answer.Failure == refusal));
        await Eventually.Is("it was asked again", () => Task.FromResult(Look(reporter, Key, question) is not null && asked > 2));
        Assert.Equal(stays ? refusal : null, Look(reporter, Key, question).Answer.Failure);
        Assert.Equal(stays, told == 1);
    }

    /// <summary>As after the end of a node: each of them is waited for until its time is out.</summary>
    [Fact]
    public async Task Silent_pods_of_one_namespace_hold_up_no_tool_of_another()
    {
        using var stop = new CancellationTokenSource();
        var (asked, answered) = (0, new TaskCompletionSource());
        async Task<PodAnswer> AskAsync(ObjectKey tool, CancellationToken cancellationToken)
        {
            if (tool.Namespace == "a")
            {
                Interlocked.Increment(ref asked);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            answered.TrySetResult();
            return new(Report, null) { Enforced = [Fourth] };
        }
        var reporter = new Reporter(AskAsync, 8, TimeProvider.System, _ => { }, stop.Token);
        for (var i = 0; i < 20; i++)
        {
            Look(reporter, new("a", $"tool-{i}"), Question);
        }
        await Eventually.Is("as many are asked as may be", () => Task.FromResult(asked == 2));
        Look(reporter, new("b", "weather"), Question);
        await answered.Task.WaitAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(2, asked);
        await stop.CancelAsync();
    }

    /// <summary>Of what pods enforce the lowest number counts, and one that somebody made up is none.</summary>
    [Theory]
    [InlineData("what they are to", "4d", 4L)]
    [InlineData("what they were to", "4d 3c", 3L)]
    [InlineData("the number of it and not the text", "4x", 0L)]
    [InlineData("a higher number", "4d 9x", 0L)]
    [InlineData("a lower number and not the text of that", "3x", 0L)]
    [InlineData("a runtime that does not say", "4", null)]
    [InlineData("one that does not say, and one with another text", "4 4x", 0L)]
    public async Task What_counts_as_enforced_was_handed_out(string name, string said, long? expected)
    {
        var answer = new PodAnswer(Report, null) { Enforced = [.. said.Split(' ').Select(one => new SnapshotName(one[0] - '0', one[1..]))] };
        var reporter = new Reporter((_, _) => Task.FromResult(answer), 1, new FastTime(100), _ => { }, default);
        Assert.Null(Look(reporter, Key, Question with { Policy = Third }).Enforced);
        await Eventually.Is("they said so", () => Task.FromResult(Look(reporter, Key, Question).Answer.Enforced is not null));
        Assert.Equal((name, expected), (name, Look(reporter, Key, Question).Enforced));
    }

    /// <summary>From a backup of the cluster, where the numbers were lower.</summary>
    [Fact]
    public async Task What_was_handed_out_before_numbers_went_back_counts_no_more()
    {
        SnapshotName before = new(20, "t"), after = new(16, "p");
        var said = before;
        var reporter = new Reporter((_, _) => Task.FromResult(new PodAnswer(Report, null) { Enforced = [said] }), 1, new FastTime(100), _ => { }, default);
        await Eventually.Is("all is well", () => Task.FromResult(Look(reporter, Key, Question with { Policy = before }).Again is null));
        var looked = Look(reporter, Key, Question with { Policy = after });
        Assert.Equal(0, looked.Enforced);
        Assert.NotNull(looked.Again);
        said = after;
        await Eventually.Is("all is well again", () => Task.FromResult(Look(reporter, Key, Question with { Policy = after }) is { Again: null, Enforced: 16 }));
    }

    /// <summary>As after a crash of the operator, or where the API server refuses its write: what was handed out before is what pods are to enforce.</summary>
    [Fact]
    public async Task What_was_found_is_enforced_until_another_one_is_written()
    {
        var asked = 0;
        var said = Third;
        var reporter = new Reporter((_, _) => (Interlocked.Increment(ref asked), Task.FromResult(new PodAnswer(Report, null) { Enforced = [said] })).Item2, 1, new FastTime(100), _ => { }, default);
        await Eventually.Is("they said so", () => Task.FromResult(reporter.Look(Key, Question, Third) is { Enforced: 3, Again: null }));
        await Task.Delay(100);
        Assert.Equal(1, asked);
        // Written, and read by the pods in that moment.
        said = Fourth;
        Assert.Equal(3, Look(reporter, Key, Question).Enforced);
        await Eventually.Is("they follow", () => Task.FromResult(Look(reporter, Key, Question) is { Enforced: 4, Again: null }));
        Assert.Equal(2, asked);
    }

    /// <summary>It is somebody's who may write ConfigMaps, with all that a ConfigMap says of itself.</summary>
    [Fact]
    public async Task What_somebody_wrote_is_not_handed_out()
    {
        SnapshotName forged = new(4, "x");
        var said = Fourth;
        var reporter = new Reporter((_, _) => Task.FromResult(new PodAnswer(Report, null) { Enforced = [said] }), 1, new FastTime(100), _ => { }, default);
        await Eventually.Is("all is well", () => Task.FromResult(Look(reporter, Key, Question) is { Enforced: 4, Again: null }));
        said = forged;
        Assert.Equal(4, reporter.Look(Key, Question, forged).Enforced);
        await Eventually.Is("the repair is asked about", () => Task.FromResult(Look(reporter, Key, Question with { Policy = new(5, "e") }).Enforced == 0));
    }

    [Fact]
    public async Task What_is_older_than_all_that_is_known_is_not_known()
    {
        var reporter = new Reporter((_, _) => Task.FromResult(new PodAnswer(Report, null) { Enforced = [Third] }), 1, new FastTime(100), _ => { }, default);
        await Eventually.Is("they said so", () => Task.FromResult(Look(reporter, Key, Question).Answer.Enforced is not null));
        Assert.Null(Look(reporter, Key, Question).Enforced);
    }

    /// <summary>They give all they have to say, and follow the next roll-out.</summary>
    [Fact]
    public async Task Pods_of_a_runtime_that_says_no_text_are_not_asked_for_ever()
    {
        var reporter = new Reporter((_, _) => Task.FromResult(new PodAnswer(Report, null) { Enforced = [new(4, "")] }), 1, new FastTime(100), _ => { }, default);
        await Eventually.Is("they are believed", () => Task.FromResult(Look(reporter, Key, Question) is { Enforced: null, Again: null }));
    }

    /// <summary>The ConfigMap has what is planned.</summary>
    private static PodWord Look(Reporter reporter, ObjectKey key, Question question) => reporter.Look(key, question, question.Policy);
}
