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

    [Theory]
    [InlineData(false, 240)]
    [InlineData(false, 200_000)]
    [InlineData(true, 200_000)]
    public void A_patch_is_seen_by_every_later_rent(bool isFallback, int length)
    {
        using var pool = Images.Pool(isFallback);
        var content = Images.Bytes(length, 5);
        using var image = Images.Patchable(isFallback, content);
        var idle = pool.Rent(image, length, length);
        pool.Return(idle);

        var offset = (length - 8) & ~7;
        image.Patch(offset, 0x0102030405060708);
        BitConverter.TryWriteBytes(content.AsSpan(offset), 0x0102030405060708);

        var reused = pool.Rent(image, length, length);
        var fresh = pool.Rent(image, length, length);
        Assert.Equal(idle, reused);
        Assert.True(Images.Span(reused).SequenceEqual(content));
        Assert.True(Images.Span(fresh).SequenceEqual(content));
        pool.Return(reused);
        pool.Return(fresh);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_zero_page_of_a_patchable_image_takes_patches_too(bool isFallback)
    {
        using var pool = Images.Pool(isFallback);
        using var image = Images.Patchable(isFallback, new byte[100_000]);
        image.Patch(50_000, -1);
        var slot = pool.Rent(image, image.Length, image.Length);
        Assert.Equal(-1, BitConverter.ToInt64(Images.Span(slot)[50_000..]));
        Assert.Equal(8, image.Length - Images.Span(slot).Count((byte)0));
        pool.Return(slot);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_patch_does_not_undo_what_a_renter_wrote(bool isFallback)
    {
        using var pool = Images.Pool(isFallback);
        using var image = Images.Patchable(isFallback, Images.Bytes(100_000, 6));
        var slot = pool.Rent(image, image.Length, image.Length);
        Images.Span(slot)[..8].Fill(42);
        image.Patch(0, 0);
        Assert.Equal(0x2A2A2A2A2A2A2A2A, BitConverter.ToInt64(Images.Span(slot)));
        pool.Return(slot);
    }

    [Theory]
    [InlineData(-8)]
    [InlineData(4)]
    [InlineData(100_000)]
    [InlineData(99_996)]
    public void A_patch_outside_or_across_words_is_refused(long offset)
    {
        using var image = Images.Patchable(isFallback: false, new byte[100_000]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Patch(offset, 1));
    }

    [Fact]
    public void Only_an_image_built_for_it_is_patched()
    {
        using var image = Images.Of(isFallback: false, (0, Images.Bytes(100_000, 7)));
        Assert.Throws<InvalidOperationException>(() => image.Patch(0, 1));
    }

    [Fact]
    public void A_patch_after_disposal_is_dropped()
    {
        var image = Images.Patchable(isFallback: false, Images.Bytes(100_000, 8));
        image.Dispose();
        image.Patch(0, 1);
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
