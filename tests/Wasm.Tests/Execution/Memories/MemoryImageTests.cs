using Tapedeck.Wasm.Execution.Memories;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution.Memories;

public sealed class MemoryImageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Later_segments_lie_over_earlier_ones(bool isFallback)
    {
        var first = Images.Bytes(5 * Images.Page, 1);
        byte[] zeros = new byte[100];
        var second = Images.Bytes(3 * Images.Page, 2);
        using var image = Images.Of(isFallback, (1_000, first), (70_000, zeros), (Images.Page * 4, second));
        var expected = new byte[7 * Images.Page];
        first.CopyTo(expected, 1_000);
        zeros.CopyTo(expected, 70_000);
        second.CopyTo(expected, Images.Page * 4);

        AssertContent(isFallback, image, expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Content_far_apart_is_all_there(bool isFallback)
    {
        // More pieces than extents, so that some share one.
        var segments = Enumerable.Range(0, 9).Select(index => ((long)index * index * 200_003, Images.Bytes(9_999, index))).ToArray();
        using var image = Images.Of(isFallback, segments);
        var expected = new byte[((int)image.Length + Images.Page - 1) / Images.Page * Images.Page];
        foreach (var (offset, bytes) in segments)
        {
            bytes.CopyTo(expected, offset);
        }

        AssertContent(isFallback, image, expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_image_without_content_is_zero(bool isFallback)
    {
        using var image = Images.Of(isFallback, (Images.Page, new byte[Images.Page]));
        AssertContent(isFallback, image, new byte[3 * Images.Page]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_small_image_takes_no_descriptor(bool isFallback)
    {
        using var image = Images.Of(isFallback, (10, [1, 2, 3]), (Images.Page, [4]));
        Assert.Equal(0, image.Id);
        var expected = new byte[2 * Images.Page];
        expected[10] = 1;
        expected[11] = 2;
        expected[12] = 3;
        expected[Images.Page] = 4;
        AssertContent(isFallback, image, expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_snapshot_holds_what_the_slot_held(bool isFallback)
    {
        using var pool = Images.Pool(isFallback);
        using var before = Images.Of(isFallback, (0, Images.Bytes(4 * Images.Page, 3)));
        var slot = pool.Rent(before, 4 * Images.Page, 64 * Images.Page);
        Assert.True(slot.Grow(40 * Images.Page));
        Images.Span(slot)[100] = 99;
        Images.Bytes(500, 4).CopyTo(Images.Span(slot)[(39 * Images.Page)..]);
        var expected = Images.Span(slot).ToArray();
        using var after = MemoryImage.Snapshot(slot, Images.Capabilities(isFallback));
        pool.Return(slot);

        Assert.Equal(40 * Images.Page, after.Length);
        AssertContent(isFallback, after, expected);
    }

    [Fact]
    public void A_few_bytes_far_from_each_other_take_a_few_pages()
    {
        var segments = Enumerable.Range(0, 16).Select(static index => (index * 200_000_000L, new byte[] { 1 })).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();

        using var image = Images.Of(isFallback: true, segments);

        Assert.Equal(3_000_000_001, image.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void A_rented_slot_outlives_its_image()
    {
        using var pool = new MemoryPool();
        var content = Images.Bytes(4 * Images.Page, 9);
        var image = Images.Of(isFallback: false, (0, content));
        var slot = pool.Rent(image, content.Length, content.Length);
        image.Dispose();
        Assert.True(Images.Span(slot).SequenceEqual(content));
        pool.Return(slot);
    }

    [Fact]
    public void A_disposed_image_costs_the_pool_no_slot()
    {
        using var pool = new MemoryPool();
        var image = Images.Of(isFallback: false, (0, Images.Bytes(4 * Images.Page, 10)));
        if (image.Id == 0)
        {
            return;
        }
        image.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Rent(image, image.Length, image.Length));
        Assert.Equal(0, pool.Count);
    }

    private static void AssertContent(bool isFallback, MemoryImage image, byte[] expected)
    {
        using var pool = Images.Pool(isFallback);
        for (var rent = 0; rent < 3; rent++)
        {
            var slot = pool.Rent(image, expected.Length, 2L * expected.Length);
            Assert.True(Images.Span(slot).SequenceEqual(expected));
            Images.Span(slot).Fill(0xEE);
            pool.Return(slot);
        }
    }
}
