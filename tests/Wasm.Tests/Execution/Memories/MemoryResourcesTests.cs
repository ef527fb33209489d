using Tapedeck.Wasm.Execution.Memories;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution.Memories;

/// <summary>Counts what the whole process holds, so nothing else may run.</summary>
[Collection(nameof(MemoryResourcesTests))]
[CollectionDefinition(nameof(MemoryResourcesTests), DisableParallelization = true)]
public sealed class MemoryResourcesTests
{
    [Fact]
    public void Two_thousand_images_leave_no_mapping_and_no_descriptor_behind()
    {
        if (!ProcessMaps.IsHere)
        {
            return;
        }
        using var pool = new MemoryPool(new MemoryPoolOptions { MaxIdleSlots = 8 });
        RentDifferent(pool, 50);
        var mappings = ProcessMaps.MappingCount;
        var descriptors = ProcessMaps.DescriptorCount;
        RentDifferent(pool, 2_000);
        // The runtime maps and opens a little of its own now and then.
        Assert.InRange(ProcessMaps.MappingCount, 0, mappings + 60);
        Assert.InRange(ProcessMaps.DescriptorCount, 0, descriptors + 10);
        Assert.Equal(0, ProcessMaps.ImageDescriptorCount);
        Assert.Equal(8, pool.Count);
    }

    [Fact]
    public void An_image_that_was_lost_gives_its_descriptor_back()
    {
        if (!ProcessMaps.IsHere)
        {
            return;
        }
        using var pool = new MemoryPool();
        Lose(pool);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(0, ProcessMaps.ImageDescriptorCount);
    }

    [Fact]
    public void A_disposed_pool_gives_its_mappings_back()
    {
        var before = MappingBudget.Taken;
        var pool = new MemoryPool();
        var slots = Enumerable.Range(0, 10).Select(_ => pool.Rent(null, Images.Page, Images.Page)).ToArray();
        Assert.Equal(before + (10 * MemorySlot.Mappings), MappingBudget.Taken);
        Array.ForEach(slots, pool.Return);
        pool.Dispose();
        Assert.Equal(before, MappingBudget.Taken);
    }

    [Fact]
    public void A_slot_that_was_grown_again_and_again_has_no_more_mappings_than_counted()
    {
        if (!ProcessMaps.IsHere)
        {
            return;
        }
        using var pool = new MemoryPool(new MemoryPoolOptions { MaxSlots = 1 });
        for (var round = 0; round < 20; round++)
        {
            using var image = Images.Of(
                isFallback: false, [.. Enumerable.Range(0, 6).Select(part => (part * (30L + round) * Images.Page, Images.Bytes(Images.Page, part)))]);
            for (var rent = 0; rent < 4; rent++)
            {
                var slot = pool.Rent(image, 400L * Images.Page, 1L << 32);
                for (var pages = 401; pages < 460; pages += 1 + rent)
                {
                    Assert.True(slot.Grow((long)pages * Images.Page));
                    Images.Span(slot)[(int)slot.Length - Images.Page - 1] = 1;
                    Images.Span(slot)[^1] = 1;
                }
                Assert.InRange(ProcessMaps.Of(slot).Count, 1, MemorySlot.Mappings);
                pool.Return(slot);
                Assert.InRange(ProcessMaps.Of(slot).Count, 1, MemorySlot.Mappings);
            }
        }
    }

    private static void RentDifferent(MemoryPool pool, int count)
    {
        var content = Images.Bytes(20_000, 1);
        for (var number = 0; number < count; number++)
        {
            BitConverter.TryWriteBytes(content, number);
            using var image = Images.Of(isFallback: false, (number, content));
            var slot = pool.Rent(image, 2 * Images.Page, 4 * Images.Page);
            Assert.True(Images.Span(slot).Slice(number, content.Length).SequenceEqual(content));
            Assert.True(slot.Grow(4 * Images.Page));
            Images.Span(slot).Fill(1);
            pool.Return(slot);
        }
    }

    private static void Lose(MemoryPool pool)
    {
        var image = Images.Of(isFallback: false, (0, Images.Bytes(4 * Images.Page, 1)));
        pool.Return(pool.Rent(image, image.Length, image.Length));
    }
}
