using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Children;

/// <summary>The time at which a trusted root was obtained, on its way to the pods that verify by it.</summary>
public sealed class TrustedRootTests
{
    private const string ObtainedAt = "2025-12-01T00:00:00Z";
    private const string Notice = "the trusted root is old; fetch it anew";

    [Fact]
    public void Pods_are_told_beside_the_policies()
    {
        var plan = Planning.Plan(Given.Observed(Given.Tool(Given.Plain), Found), Given.Settings);
        Assert.Equal(ObtainedAt, Told(plan));
        Assert.Equal(Notice, plan.Note);
        Assert.Null(Told(Planning.Plan(Given.Observed(Given.Tool(Given.Plain), Given.Found), Given.Settings)));
    }

    [Fact]
    public void An_operator_that_starts_anew_takes_it_from_the_status()
    {
        var before = Given.Observed(Given.Tool(Given.Plain), Found);
        var status = StatusMaking.Status(before, Planning.Plan(before, Given.Settings), new Applied([], null), Given.Now);
        Assert.Equal(ObtainedAt, status["artifact"]!["trustedRootObtainedAt"]!.GetValue<string>());
        var plan = Planning.Plan(Given.Observed(Given.Tool(Given.Plain, status: status), Given.Pending), Given.Settings);
        Assert.Equal(ObtainedAt, Told(plan));
    }

    private static Resolution Found(string inputs) =>
        new Resolution.Found(((Resolution.Found)Given.Found(inputs)).Artifact with { TrustedRootObtainedAt = new(2025, 12, 1, 0, 0, 0, TimeSpan.Zero) }) { Notices = [Notice] };

    private static string? Told(Plan plan) =>
        plan.Children.Single(child => child.Object.Metadata.Name == Names.PolicyConfigMap("weather")).Object.Find("data", "trusted-root-obtained-at")?.GetString();
}
