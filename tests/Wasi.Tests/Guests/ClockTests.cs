using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Xunit;

namespace Tapedeck.Wasi.Tests.Guests;

/// <summary>Clocks and randomness, which need no policy.</summary>
public sealed class ClockTests
{
    [ComponentFact]
    public async Task Tells_the_time_of_its_host()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var wasi = (long)(await ComponentFiles.Call("js-clock-quickjs", (string?)null, "now-wasi"))!.Value.AsU64();
        var js = (await ComponentFiles.Call("js-clock-quickjs", (string?)null, "now-js"))!.Value.AsF64();
        Assert.InRange(wasi, before, before + 60);
        Assert.InRange(js, before * 1000.0, (before + 60) * 1000.0);
    }

    [ComponentFact]
    public async Task Ticks_no_finer_than_ten_microseconds()
    {
        using var state = new WasiState(Policies.Gate(null));
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(0ul, (await ComponentFiles.Call("js-clock-quickjs", state, "mono"))!.Value.AsU64() % 10_000);
        }
    }

    [ComponentTheory]
    [InlineData("js-clock-quickjs", "rand-bytes")]
    [InlineData("rust-files", "random")]
    [InlineData("rust-files-adapted", "random")]
    public async Task Each_instance_has_randomness_of_its_own(string component, string function)
    {
        var count = component == "js-clock-quickjs" ? WitValue.U64(16) : WitValue.U32(16);
        var one = (await ComponentFiles.Call(component, (string?)null, function, count))!.Value;
        var two = (await ComponentFiles.Call(component, (string?)null, function, count))!.Value;
        Assert.NotEqual(one, two);
    }

    [ComponentFact]
    public async Task Gives_random_bytes()
    {
        var bytes = (await ComponentFiles.Call("js-clock-quickjs", (string?)null, "rand-bytes", WitValue.U64(1000)))!.Value.AsBytes();
        Assert.Equal(1000, bytes.Length);
        Assert.InRange(bytes.ToArray().Distinct().Count(), 200, 256);
    }
}
