using System.Globalization;
using Tapedeck.Wasm.Execution.Memories;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution.Memories;

/// <summary>What the kernel says about this process's addresses and descriptors.</summary>
internal static class ProcessMaps
{
    internal static bool IsHere => OperatingSystem.IsLinux();

    internal static int MappingCount => File.ReadAllLines("/proc/self/maps").Length;

    internal static int DescriptorCount => Directory.GetFiles("/proc/self/fd").Length;

    /// <summary>Descriptors of images.</summary>
    internal static int ImageDescriptorCount => Directory.GetFiles("/proc/self/fd")
        .Count(static file => new FileInfo(file).LinkTarget?.Contains("wasm-image", StringComparison.Ordinal) == true);

    /// <summary>The mappings in a slot's range, from its header to the end of its guard, in order.</summary>
    internal static List<Mapping> Of(MemorySlot slot)
    {
        var first = (ulong)slot.Base - (ulong)PageReservation.PageBytes;
        var end = (ulong)slot.Base + (ulong)(slot.Capacity + MemoryPoolOptions.GuardBytes);
        return [.. File.ReadLines("/proc/self/maps")
            .Select(Parse)
            .Where(mapping => mapping.End > first && mapping.Start < end)
            .Select(mapping => mapping with { Start = Math.Max(mapping.Start, first), End = Math.Min(mapping.End, end) })];
    }

    /// <summary>Bytes from the base on with access, if all of them come before all without; checks that the slot's range has no hole.</summary>
    internal static long EnabledBytes(MemorySlot slot)
    {
        var mappings = Of(slot);
        for (var index = 1; index < mappings.Count; index++)
        {
            Assert.Equal(mappings[index - 1].End, mappings[index].Start);
        }
        var firstWithout = mappings.FindIndex(static mapping => mapping.Access == "---p");
        Assert.All(mappings.Take(firstWithout), static mapping => Assert.Equal("rw-p", mapping.Access));
        Assert.All(mappings.Skip(firstWithout), static mapping => Assert.Equal("---p", mapping.Access));
        return (long)(mappings[firstWithout].Start - (ulong)slot.Base);
    }

    private static Mapping Parse(string line)
    {
        var fields = line.Split(' ');
        var range = fields[0].Split('-');
        return new Mapping(Hex(range[0]), Hex(range[1]), fields[1]);
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber);

    internal readonly record struct Mapping(ulong Start, ulong End, string Access);
}
