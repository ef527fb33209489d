using Tapedeck.Kube.Objects;
using Tapedeck.Manifest.Specs;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Tests.Cluster;
using Xunit;

namespace Tapedeck.Operator.Tests.Artifacts;

public sealed class ResolverTests
{
    /// <summary>After a failure that may pass, and after an answer; the times are what is left of five seconds, and of an interval of ten minutes.</summary>
    [Theory]
    [InlineData(true, 2.5, 5)]
    [InlineData(false, 540, 600)]
    public async Task Tools_that_were_applied_together_do_not_ask_together_again(bool isFailure, double least, double most)
    {
        using var all = new CountdownEvent(20);
        Resolution answer = isFailure ? new Resolution.Failed(ResolutionFailure.NotResolved, "Unreachable", "no answer", IsRetryable: true) : Given.Found("");
        var resolver = new Resolver((_, _) => Task.FromResult(answer), 20, new StandingTime(), new Random(1), _ => all.Signal(), _ => { }, default);
        var request = Request("team-a", "ghcr.io/acme/weather");
        ObjectKey[] keys = [.. Enumerable.Range(0, 20).Select(i => new ObjectKey("team-a", $"weather-{i}"))];
        foreach (var key in keys)
        {
            resolver.Look(key, request, null);
        }
        await Eventually.Is("all have answers", () => Task.FromResult(all.IsSet));
        var times = keys.Select(key => resolver.Look(key, request, null).Again!.Value.TotalSeconds).ToArray();
        Assert.All(times, time => Assert.InRange(time, least, most));
        Assert.Equal(20, times.Distinct().Count());
    }

    /// <summary>Two hundred registries of one namespace that never answer.</summary>
    [Fact]
    public async Task One_namespace_never_holds_all_questions()
    {
        using var answered = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var time = new FastTime(100);
        var resolver = new Resolver(
            async (request, token) =>
            {
                await (request.Namespace == "team-a" ? Task.CompletedTask : Task.Delay(Timeout.Infinite, token));
                return Given.Found("");
            },
            2, time, new Random(1), _ => answered.Set(), _ => { }, stop.Token);
        for (var i = 0; i < 200; i++)
        {
            resolver.Look(new("team-b", $"hole-{i}"), Request("team-b", $"hole{i}.example/a/b"), null);
        }
        // Every question has its three seconds and becomes a slow one.
        await Task.Delay(6_000);
        resolver.Look(new("team-a", "weather"), Request("team-a", "ghcr.io/acme/weather"), null);
        await Eventually.Is("the other namespace has its answer", () => Task.FromResult(answered.IsSet));
        await stop.CancelAsync();
    }

    private static ResolveRequest Request(string @namespace, string repository) => new(@namespace, new OciSource(repository, new ArtifactRef(ArtifactRefKind.Tag, "v1")), null, "");

    private sealed class StandingTime : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }
}
