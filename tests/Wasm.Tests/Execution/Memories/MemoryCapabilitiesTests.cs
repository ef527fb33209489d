using Tapedeck.Wasm.Execution.Memories;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution.Memories;

public sealed class MemoryCapabilitiesTests
{
    [Fact]
    public void A_probe_leaves_nothing_behind()
    {
        var probed = MemoryCapabilities.Probe();
        Assert.Equal(probed, MemoryCapabilities.Probe());
        Assert.True(probed.MemoryFile || !probed.CopyOnWrite);
    }
}
