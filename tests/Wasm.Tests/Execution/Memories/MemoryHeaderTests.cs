using Tapedeck.Wasm.Execution.Memories;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution.Memories;

public sealed class MemoryHeaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public unsafe void A_limit_is_the_last_address_of_an_access(int width)
    {
        using var pool = new MemoryPool();
        var slot = pool.Rent(null, 2 * Images.Page, 2 * Images.Page);
        Assert.Equal((2 * Images.Page) - width, *(long*)(slot.Base + MemoryHeader.LimitOffset(width)));
        pool.Return(slot);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public unsafe void The_limits_of_an_empty_memory_are_negative(int width)
    {
        using var pool = new MemoryPool();
        var slot = pool.Rent(null, 0, Images.Page);
        Assert.Equal(0, slot.Length);
        Assert.Equal(-width, *(long*)(slot.Base + MemoryHeader.LimitOffset(width)));
        pool.Return(slot);
    }

    [Fact]
    public unsafe void A_memory_of_4_GiB_has_limits_beyond_32_bits()
    {
        using var pool = new MemoryPool();
        var slot = pool.Rent(null, 1L << 32, 1L << 32);
        Assert.Equal(1L << 32, *(long*)(slot.Base + MemoryHeader.LengthOffset));
        Assert.Equal((1L << 32) - 8, *(long*)(slot.Base + MemoryHeader.LimitOffset(8)));
        pool.Return(slot);
    }

    [Fact]
    public unsafe void The_header_is_64_bytes_that_end_at_the_base()
    {
        Assert.Equal(64, sizeof(MemoryHeader));
        var bytes = stackalloc byte[128];
        MemoryHeader.Write((nint)bytes + 64, long.MaxValue);
        Assert.Equal(long.MaxValue, MemoryHeader.ReadLength((nint)bytes + 64));
        Assert.Equal(-1, new Span<byte>(bytes + 64, 64).IndexOfAnyExcept((byte)0));
    }
}
