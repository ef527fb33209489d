using Tapedeck.Wasm.Execution.Memories;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution.Memories;

public sealed class MemoryPoolTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_byte_of_one_renter_reaches_the_next(bool isFallback)
    {
        using var pool = Images.Pool(isFallback, new MemoryPoolOptions { MaxSlots = 1 });
        using var first = Images.Of(isFallback, (100, Images.Bytes(3 * Images.Page, 1)));
        using var second = Images.Of(isFallback, (2 * Images.Page, Images.Bytes(5 * Images.Page, 2)));
        using var small = Images.Of(isFallback, (5, [1, 2, 3]));
        MemoryImage?[] images = [first, first, second, null, first, small, second, second, null, small, null, first];
        foreach (var image in images)
        {
            // With one slot, every renter gets what the one before made dirty: all of it, the header, and what it grew.
            var slot = pool.Rent(image, 8 * Images.Page, 100 * Images.Page);
            AssertFresh(slot, image, 8 * Images.Page);
            Assert.True(slot.Grow(32 * Images.Page));
            Assert.False(Images.Span(slot)[(8 * Images.Page)..].ContainsAnyExcept((byte)0));
            Images.Span(slot).Fill(0xEE);
            Images.Header(slot).Fill(0xEE);
            pool.Return(slot);
        }
        Assert.Equal(1, pool.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_shorter_renter_and_a_longer_one_get_zeros(bool isFallback)
    {
        using var pool = Images.Pool(isFallback, new MemoryPoolOptions { MaxSlots = 1 });
        foreach (var pages in new[] { 4, 1, 9, 0, 4, 2 })
        {
            var slot = pool.Rent(null, pages * Images.Page, 100 * Images.Page);
            AssertFresh(slot, null, pages * Images.Page);
            Assert.True(slot.Grow(10 * Images.Page));
            Assert.False(Images.Span(slot).ContainsAnyExcept((byte)0));
            Images.Span(slot).Fill(0xEE);
            pool.Return(slot);
        }
    }

    [Theory]
    [InlineData(MemorySlot.MostZeroed - Images.Page)]
    [InlineData(MemorySlot.MostZeroed)]
    [InlineData(MemorySlot.MostZeroed + Images.Page)]
    public void A_slot_is_clean_whether_it_is_zeroed_or_given_back(long bytes)
    {
        using var pool = new MemoryPool(new MemoryPoolOptions { MaxSlots = 1 });
        using var small = Images.Of(isFallback: false, (5, [1, 2, 3]));
        using var large = Images.Of(isFallback: false, (0, Images.Bytes(Images.Page, 1)));
        foreach (var image in new[] { small, small, large, large, null, null, large, small })
        {
            var slot = pool.Rent(image, bytes, 2 * bytes);
            AssertFresh(slot, image, (int)bytes);
            Assert.True(slot.Grow(bytes + Images.Page));
            Assert.False(Images.Span(slot)[(int)bytes..].ContainsAnyExcept((byte)0));
            Images.Span(slot).Fill(0xEE);
            pool.Return(slot);
        }
        Assert.Equal(1, pool.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_renters_of_one_image_do_not_see_each_other(bool isFallback)
    {
        using var pool = Images.Pool(isFallback);
        using var image = Images.Of(isFallback, (0, Images.Bytes(4 * Images.Page, 3)));
        var one = pool.Rent(image, 4 * Images.Page, 4 * Images.Page);
        var two = pool.Rent(image, 4 * Images.Page, 4 * Images.Page);
        Images.Span(one).Fill(0xEE);
        AssertFresh(two, image, 4 * Images.Page);
        pool.Return(one);
        AssertFresh(two, image, 4 * Images.Page);
        pool.Return(two);
    }

    [Fact]
    public void The_same_image_gets_the_slot_that_maps_it()
    {
        using var pool = new MemoryPool();
        using var first = Images.Of(isFallback: false, (0, Images.Bytes(4 * Images.Page, 4)));
        using var second = Images.Of(isFallback: false, (0, Images.Bytes(4 * Images.Page, 5)));
        var a = pool.Rent(first, first.Length, first.Length);
        var b = pool.Rent(second, second.Length, second.Length);
        pool.Return(a);
        pool.Return(b);
        Assert.Same(a, pool.Rent(first, first.Length, first.Length));
        Assert.Same(b, pool.Rent(second, second.Length, second.Length));
        pool.Return(a);
        pool.Return(b);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Growing_keeps_the_base_and_the_content(bool isFallback)
    {
        using var pool = Images.Pool(isFallback);
        using var image = Images.Of(isFallback, (0, Images.Bytes(3 * Images.Page, 6)));
        var slot = pool.Rent(image, 3 * Images.Page, 3L << 30);
        var before = slot.Base;
        Images.Span(slot)[7] = 77;
        foreach (var pages in new[] { 4, 5, 100, 2_000, 30_000 })
        {
            Assert.True(slot.Grow(pages * (long)Images.Page));
            Assert.Equal(pages * (long)Images.Page, slot.Length);
            Assert.Equal(before, slot.Base);
            Images.Span(slot)[^1] = 88;
        }
        Assert.Equal(77, Images.Span(slot)[7]);
        pool.Return(slot);
    }

    [Fact]
    public void Growing_beyond_the_maximum_changes_nothing()
    {
        using var pool = new MemoryPool();
        var slot = pool.Rent(null, Images.Page, 2 * Images.Page);
        Assert.True(slot.Grow(2 * Images.Page));
        Assert.False(slot.Grow((2 * Images.Page) + 1));
        Assert.Equal(2 * Images.Page, slot.Length);
        pool.Return(slot);
    }

    [Fact]
    public void The_pages_behind_the_length_have_no_access()
    {
        if (!ProcessMaps.IsHere)
        {
            return;
        }
        using var pool = new MemoryPool();
        using var image = Images.Of(isFallback: false, (0, Images.Bytes(3 * Images.Page, 7)), (40L * Images.Page, Images.Bytes(Images.Page, 8)));
        var initial = 50L * Images.Page;
        var slot = pool.Rent(image, initial, 1L << 32);
        Assert.Equal(initial, ProcessMaps.EnabledBytes(slot));
        Assert.True(slot.Grow(2 * initial));
        Assert.Equal(2 * initial, ProcessMaps.EnabledBytes(slot));
        Images.Span(slot).Fill(0xEE);
        Assert.True(slot.Grow(1L << 32));
        Assert.Equal(1L << 32, ProcessMaps.EnabledBytes(slot));
        Assert.True(ProcessMaps.Of(slot).Count <= MemorySlot.Mappings);
        pool.Return(slot);
        Assert.Equal(initial, ProcessMaps.EnabledBytes(slot));
        Assert.Same(slot, pool.Rent(image, initial, 1L << 32));
        Assert.Equal(initial, ProcessMaps.EnabledBytes(slot));
        pool.Return(slot);
    }

    [Fact]
    public void An_empty_memory_has_no_access_at_all()
    {
        if (!ProcessMaps.IsHere)
        {
            return;
        }
        using var pool = new MemoryPool();
        var slot = pool.Rent(null, 0, Images.Page);
        Assert.Equal(0, ProcessMaps.EnabledBytes(slot));
        pool.Return(slot);
    }

    [Fact]
    public void Every_address_and_offset_of_32_bits_stays_in_the_reservation()
    {
        if (!MemoryCapabilities.OfThisHost.GuardedReservation)
        {
            return;
        }
        using var pool = new MemoryPool();
        var slot = pool.Rent(null, Images.Page, Images.Page);
        var end = uint.MaxValue + (long)uint.MaxValue + 16;
        Assert.True(slot.Capacity + MemoryPoolOptions.GuardBytes >= end);
        Assert.Equal(Images.Page, ProcessMaps.EnabledBytes(slot));
        pool.Return(slot);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Slots_are_counted_and_then_refused(bool isFallback)
    {
        using var pool = Images.Pool(isFallback, new MemoryPoolOptions { MaxSlots = 3, MaxIdleSlots = 2 });
        var slots = Enumerable.Range(0, 3).Select(_ => pool.Rent(null, Images.Page, Images.Page)).ToArray();
        var refusal = Assert.Throws<LimitException>(() => pool.Rent(null, Images.Page, Images.Page));
        Assert.Contains("all 3 memory slots", refusal.Message);
        foreach (var slot in slots)
        {
            pool.Return(slot);
        }
        Assert.Equal(2, pool.IdleCount);
        Assert.Equal(2, pool.Count);
        pool.Return(pool.Rent(null, Images.Page, Images.Page));
    }

    [Fact]
    public void A_slot_too_small_makes_room_for_a_larger_one()
    {
        using var pool = new MemoryPool(new MemoryPoolOptions { MaxSlots = 1, ReservationBytes = 1 << 20 });
        pool.Return(pool.Rent(null, 24, 240));
        var large = pool.Rent(null, 24, 100 << 20);
        Assert.True(large.Grow(100 << 20));
        pool.Return(large);
        Assert.Equal(1, pool.Count);
    }

    [Fact]
    public void Mappings_are_refused_before_the_kernel_refuses_them()
    {
        var most = MappingBudget.Taken + (2 * MemorySlot.Mappings);
        using var pool = new MemoryPool(new MemoryPoolOptions { MaxMappings = most });
        var rented = new List<MemorySlot>();
        var refusal = Assert.Throws<LimitException>(() =>
        {
            while (rented.Count < 1_000)
            {
                rented.Add(pool.Rent(null, Images.Page, Images.Page));
            }
        });
        Assert.Contains("no mappings left", refusal.Message);
        Assert.Equal(rented.Count, pool.Count);
        rented.ForEach(pool.Return);
    }

    [Fact]
    public void A_slot_is_returned_once()
    {
        using var pool = new MemoryPool();
        var slot = pool.Rent(null, Images.Page, Images.Page);
        pool.Return(slot);
        Assert.Throws<InvalidOperationException>(() => pool.Return(slot));
    }

    [Fact]
    public void A_slot_returned_after_the_pools_end_is_unmapped()
    {
        var pool = new MemoryPool();
        var slot = pool.Rent(null, Images.Page, Images.Page);
        pool.Dispose();
        Images.Span(slot).Fill(1);
        pool.Return(slot);
        Assert.Equal(0, pool.Count);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent(null, 0, 0));
    }

    [Fact]
    public void Forgetting_an_image_unmaps_its_idle_slots_only()
    {
        using var pool = new MemoryPool();
        using var image = Images.Of(isFallback: false, (0, Images.Bytes(4 * Images.Page, 9)));
        var one = pool.Rent(image, image.Length, image.Length);
        var two = pool.Rent(image, image.Length, image.Length);
        var other = pool.Rent(null, 0, 0);
        pool.Return(one);
        pool.Return(two);
        pool.Return(other);
        pool.Forget(image);
        Assert.Equal(image.Id == 0 ? 3 : 1, pool.Count);
        Assert.Equal(pool.Count, pool.IdleCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_threads_each_see_their_image_alone(bool isFallback)
    {
        using var pool = Images.Pool(isFallback, new MemoryPoolOptions { MaxIdleSlots = 3 });
        var images = Enumerable.Range(0, 4).Select(seed => Images.Of(isFallback, (seed * 5_000, Images.Bytes(3 * Images.Page, seed)))).ToArray();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            for (var round = 0; round < 60; round++)
            {
                var image = images[(thread + round) % images.Length];
                var slot = pool.Rent(image, 4 * Images.Page, 16 * Images.Page);
                AssertFresh(slot, image, 4 * Images.Page);
                Assert.True(slot.Grow(6 * Images.Page));
                Images.Span(slot).Fill((byte)(thread + 1));
                Thread.Yield();
                Assert.False(Images.Span(slot).ContainsAnyExcept((byte)(thread + 1)));
                pool.Return(slot);
            }
        });
        Assert.Equal(pool.Count, pool.IdleCount);
        Assert.InRange(pool.Count, 1, 3);
        Array.ForEach(images, static image => image.Dispose());
    }

    [Fact]
    public void A_rent_and_return_of_the_same_image_allocates_nothing()
    {
        using var pool = new MemoryPool();
        using var image = Images.Of(isFallback: false, (0, Images.Bytes(4 * Images.Page, 10)));
        pool.Return(pool.Rent(image, image.Length, image.Length));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            pool.Return(pool.Rent(image, image.Length, image.Length));
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Where_addresses_are_short_a_slot_reserves_what_it_may_grow_to()
    {
        using var pool = Images.Pool(isFallback: true);
        var slot = pool.Rent(null, Images.Page, 10 * Images.Page);
        Assert.Equal(10 * Images.Page, slot.Capacity);
        Assert.True(slot.Grow(10 * Images.Page));
        pool.Return(slot);
    }

    private static void AssertFresh(MemorySlot slot, MemoryImage? image, int length)
    {
        using var reference = new MemoryPool(new MemoryPoolOptions { MaxIdleSlots = 1 });
        var expected = reference.Rent(image, length, length);
        Assert.Equal(length, slot.Length);
        Assert.True(Images.Header(slot).SequenceEqual(Images.Header(expected)));
        Assert.True(Images.Span(slot).SequenceEqual(Images.Span(expected)));
        reference.Return(expected);
    }

    [Fact]
    public void A_slot_whose_image_is_forgotten_while_it_is_rented_is_not_kept()
    {
        using var pool = new MemoryPool();
        using var image = Images.Of(isFallback: false, (0, Images.Bytes(4 * Images.Page, 11)));
        if (image.Id == 0)
        {
            return;
        }
        var slot = pool.Rent(image, image.Length, image.Length);
        var other = pool.Rent(null, image.Length, image.Length);

        pool.Forget(image);
        pool.Return(slot);
        pool.Return(other);

        Assert.Equal((1, 1), (pool.Count, pool.IdleCount));
    }
}
