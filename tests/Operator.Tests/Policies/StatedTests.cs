using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Policies;
using Xunit;

namespace Tapedeck.Operator.Tests.Policies;

public sealed class StatedTests
{
    [Fact]
    public void A_version_of_a_tool_is_read_once_and_another_one_anew()
    {
        var tool = Given.Tool(Given.Plain, status: Json.Object(("artifact", new Artifact("ghcr.io/acme/weather", null, Given.Digest, "x", [Given.Signer]).ToJson())));
        Assert.Equal("ghcr.io/acme/weather", Stated.By(tool).Repository);
        Assert.Equal(Given.Signer.ToString(), Assert.Single(Stated.By(tool).Signers).ToString());
        Assert.Same(Stated.By(tool), Stated.By(tool));
        var another = Given.Tool("component: {oci: {repository: ghcr.io/acme/other, ref: {tag: v1}}}");
        Assert.Equal("ghcr.io/acme/other", Stated.By(another).Repository);
        Assert.Empty(Stated.By(another).Signers);
    }

    [Fact]
    public void What_cannot_be_read_states_nothing() => Assert.Equal("", Stated.By(Given.Tool("component: 7")).Repository);

    [Fact]
    public void A_version_that_is_gone_is_kept_by_nobody()
    {
        var gone = Read();
        for (var i = 0; i < 10 && gone.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(gone.IsAlive);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Read()
        {
            var tool = Given.Tool(Given.Plain);
            return new WeakReference(Stated.By(tool) is not null ? tool : null);
        }
    }
}
