using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Tools;

/// <summary>Whether a tag that leads to an older manifest is told from one that leads to a new one, with indexes between.</summary>
public sealed class MovedBackTests
{
    private const string Signed = Given.Plain + "\nverify: {keys: [\"-----BEGIN PUBLIC KEY-----\\nMFkw\\n-----END PUBLIC KEY-----\\n\"]}";

    [Theory]
    [InlineData("the old manifest without its index", "m1", null, true)]
    [InlineData("another index of the old manifest", "i3", "m1", true)]
    [InlineData("the old index", "i1", "m1", true)]
    [InlineData("the new manifest without its index", "m2", null, false)]
    [InlineData("another index of the new manifest", "i3", "m2", false)]
    [InlineData("something new", "m3", null, false)]
    public void Of_a_signed_index_it_is_the_manifest_that_must_not_come_back(string name, string digest, string? manifest, bool isBack)
    {
        var tool = Served(Served(Given.Tool(Signed), "i1", "m1"), "i2", "m2");
        Assert.Equal([Of("m1"), Of("m2")], tool.Find("status", "tagHistory")!.Value.Texts("digests"));
        var plan = Planning.Plan(Seen(tool, digest, manifest), Given.Settings);
        Assert.Equal((isBack ? "MovedBack" : null, Of(isBack ? "i2" : digest)), (plan.Obstacle?.Reason, plan.Artifact!.Digest));
    }

    /// <summary>Which did not know what an index leads to.</summary>
    [Theory]
    [InlineData("the old index", "i1", "m1", true)]
    [InlineData("what runs, whose manifest is known now", "i2", "m2", false)]
    [InlineData("something new", "i3", "m3", false)]
    public void A_record_of_an_older_operator_counts(string name, string digest, string manifest, bool isBack)
    {
        var tool = Served(Served(Given.Tool(Signed), "i1", null), "i2", null);
        Assert.Equal((name, isBack), (name, IsBack(tool)));
        // And goes on.
        Assert.Equal((name, isBack), (name, IsBack(Served(tool, "i2", "m2"))));

        bool IsBack(KubeObject before) => Planning.Plan(Seen(before, digest, manifest), Given.Settings).Obstacle?.Reason == "MovedBack";
    }

    [Fact]
    public void An_operator_that_started_anew_records_what_ran_though_no_registry_has_answered_it()
    {
        var tool = Given.Tool(Signed);
        var observed = Seen(tool, "i1", "m1");
        var rolling = Given.Tool(Signed, status: StatusMaking.Status(observed, Planning.Plan(observed, Given.Settings), new Applied([], null), Given.Now));
        Assert.Null(rolling.Find("status", "tagHistory"));
        var pending = Given.Observed(rolling, Given.Pending) with { Deployment = Given.Deployment(1, 1, 1) };
        var status = StatusMaking.Status(pending, Planning.Plan(pending, Given.Settings), new Applied([], pending.Deployment), Given.Now);
        Assert.Equal(Of("m1"), Assert.Single(status["tagHistory"]!["digests"]!.AsArray())!.GetValue<string>());
    }

    private static KubeObject Served(KubeObject tool, string digest, string? manifest)
    {
        var observed = Seen(tool, digest, manifest);
        return Given.Tool(Signed, status: StatusMaking.Status(observed, Planning.Plan(observed, Given.Settings), new Applied([], observed.Deployment), Given.Now));
    }

    private static Observed Seen(KubeObject tool, string digest, string? manifest) => Given.Observed(
        tool,
        inputs => new Resolution.Found(new Artifact("ghcr.io/acme/weather", "v1", Of(digest), inputs, [Given.Signer]) { Manifest = manifest is null ? null : Of(manifest) })) with
    {
        Deployment = Given.Deployment(1, 1, 1),
    };

    private static string Of(string name) => Oci.Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(name)).ToString();
}
