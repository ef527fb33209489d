using Tapedeck.Components.Tests.Abi;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Components.Tests.Linking;

public sealed class HostResourceTests
{
    private readonly Things _things = new();

    [Fact]
    public void A_method_gets_the_object_that_the_constructor_made() => Assert.Equal("1", Run("00 10 00 10 01 0B"));

    [Fact]
    public void Handles_count_from_one_and_are_taken_again() => Assert.Equal("2", Run("00 10 00 1A 10 00 22 00 10 02 10 00 0B"));

    [Fact]
    public void What_the_guest_drops_is_dropped_at_once()
    {
        Run("00 10 00 10 02 41 00 0B");
        Assert.Equal([1], _things.Dropped);
    }

    [Fact]
    public void What_the_guest_leaves_is_dropped_when_the_call_ends()
    {
        Run("00 10 00 1A 10 00 0B");
        Assert.Equal([1, 2], _things.Dropped.Order());
    }

    [Fact]
    public void What_a_guest_leaves_that_traps_is_dropped_too()
    {
        Assert.Throws<TrapException>(() => Run("00 10 00 00 0B"));
        Assert.Equal([1], _things.Dropped);
    }

    [Fact]
    public void What_the_host_takes_is_its_own()
    {
        Run("00 10 00 41 C1 00 10 03 41 00 0B");
        Assert.Equal([1], _things.Taken);
        Assert.Empty(_things.Dropped);
    }

    [Fact]
    public void What_was_on_its_way_to_the_host_when_the_next_argument_trapped_is_dropped()
    {
        // The character is a surrogate.
        Assert.Throws<TrapException>(() => Run("00 10 00 41 80 B0 03 10 03 41 00 0B"));
        Assert.Empty(_things.Taken);
        Assert.Equal([1], _things.Dropped);
    }

    [Theory]
    [InlineData("dropped twice", "00 10 00 22 00 10 02 20 00 10 02 41 00 0B", "unknown handle index 1")]
    [InlineData("used when it is dropped", "00 10 00 22 00 10 02 20 00 10 01 0B", "unknown handle index 1")]
    [InlineData("never made", "00 41 07 10 01 0B", "unknown handle index 7")]
    [InlineData("zero", "00 41 00 10 01 0B", "unknown handle index 0")]
    [InlineData("negative", "00 41 7F 10 02 41 00 0B", "unknown handle index 4294967295")]
    public void A_handle_that_is_none_traps(string name, string body, string text) => Assert.Equal(text, Assert.Throws<TrapException>(() => Run(body)).Message);

    [Fact]
    public void A_guest_that_makes_handles_without_end_is_stopped()
    {
        var limit = Assert.Throws<CallLimitException>(() => Guests.Run(
            Things.Guest("00 03 40 10 00 1A 0C 00 0B 41 00 0B"), _things.Linker(), new CallOptions { Handles = 100 }, WitValue.U32(0)));
        Assert.Equal(CallLimit.Handles, limit.Limit);
        Assert.Equal(101, _things.Made);
    }

    [Fact]
    public void A_dropped_handle_makes_room() =>
        // Two hundred times: make, drop.
        Assert.Equal("0", Guests.Run(
            Things.Guest("00 41 C8 01 21 00 03 40 10 00 10 02 20 00 41 01 6B 22 00 0D 00 0B 20 00 0B"), _things.Linker(), new CallOptions { Handles = 1 }, WitValue.U32(0)).ToString());

    private string Run(string body) => Guests.Run(Things.Guest(body), _things.Linker(), WitValue.U32(0))!.Value.ToString();
}
