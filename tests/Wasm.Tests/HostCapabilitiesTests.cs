using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Execution.Memories;
using Xunit;

namespace Tapedeck.Wasm.Tests;

public class HostCapabilitiesTests
{
    private static readonly MemoryCapabilities Everything = new(true, true, true, true);

    public static TheoryData<bool, bool, bool, bool, bool, bool, string[]> Fallbacks => new()
    {
        { true, true, true, true, true, true, [] },
        { false, true, true, true, true, true, ["addresses"] },
        { true, false, false, true, true, true, ["memfd"] },
        { true, true, false, true, true, true, ["copy-on-write"] },
        { true, true, true, false, true, true, ["in place"] },
        { true, true, true, true, false, true, ["W^X on"] },
        { true, true, true, true, true, false, ["W^X does not work"] },
        { false, false, false, false, false, false, ["addresses", "memfd", "in place", "W^X on", "W^X does not work"] },
    };

    [Theory]
    [MemberData(nameof(Fallbacks))]
    public void Each_thing_that_is_missing_is_named_with_its_consequence(
        bool guard, bool file, bool copyOnWrite, bool reset, bool writableCode, bool codeFile, string[] expected)
    {
        var capabilities = HostCapabilities.Of(new MemoryCapabilities(guard, file, copyOnWrite, reset), new CodeCapabilities(writableCode, codeFile));

        Assert.Equal(expected.Length, capabilities.Fallbacks.Count);
        Assert.All(expected.Zip(capabilities.Fallbacks), static pair => Assert.Contains(pair.First, pair.Second));
    }

    [Fact]
    public void The_line_names_every_capability()
    {
        Assert.Equal(
            "guard=none memfd=no copy-on-write=no reset-in-place=no jit=yes rwx=no code-file=no",
            HostCapabilities.Of(MemoryCapabilities.None, new CodeCapabilities(false, false)).ToString());
        Assert.Equal(
            "guard=8GiB memfd=yes copy-on-write=yes reset-in-place=yes jit=yes rwx=yes code-file=yes",
            HostCapabilities.Of(Everything, new CodeCapabilities(true, true)).ToString());
    }

    [Fact]
    public void What_is_told_of_this_host_is_what_the_engine_goes_by()
    {
        var told = HostCapabilities.Current;

        Assert.Equal(MemoryCapabilities.Probe(), new MemoryCapabilities(told.GuardedReservation, told.MemoryFile, told.CopyOnWrite, told.ResetInPlace));
        Assert.Equal(CodeCapabilities.Probe(), new CodeCapabilities(told.WritableCode, told.CodeFile));
        // .NET runs here, so one of them is there.
        Assert.True(told.WritableCode || told.CodeFile);
    }
}
