using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>
/// Which active segments and globals the images hold, and which have to be done for each instance. Segments take effect in order, so the first that cannot
/// be in an image, because its place depends on an import, it may trap, or its target is imported, leaves the later ones to the instance too.
/// </summary>
internal sealed class SegmentPlan
{
    /// <summary>
    /// The most bytes that the images of a module's memories, or of its tables, may take. A segment of a byte takes a page, so a small module could ask for much;
    /// what goes beyond is done for each instance, in memory that its store has been charged for.
    /// </summary>
    private const long MostImageBytes = 256 << 20;

    private const int MostPagesBeside = 2;

    /// <summary>Own globals whose values depend on the instance.</summary>
    internal required int[] Globals { get; init; }

    /// <summary>Active element segments that the instance initialises.</summary>
    internal required int[] Elements { get; init; }

    /// <summary>Imported functions in element segments of the images.</summary>
    internal required ImportedElement[] ImportedElements { get; init; }

    /// <summary>Active data segments that the instance initialises.</summary>
    internal required int[] Data { get; init; }

    /// <summary>Where the segments in the images start: elements and data.</summary>
    internal required Dictionary<int, uint> ElementOffsets { get; init; }
    internal required Dictionary<int, uint> DataOffsets { get; init; }

    internal static SegmentPlan Of(ModuleDeclaration module)
    {
        var elementOffsets = new Dictionary<int, uint>();
        var elements = new List<int>();
        var elementBytes = 0L;
        for (var segment = 0; segment < module.Elements.Length; segment++)
        {
            if (module.Elements[segment].Mode != SegmentMode.Active)
            {
                continue;
            }
            if (elements.Count == 0 && ImageOffset(module, module.Elements[segment]) is { } offset &&
                Charge(ref elementBytes, (long)module.Elements[segment].Count * TableEntry.Bytes))
            {
                elementOffsets.Add(segment, offset);
            }
            else
            {
                elements.Add(segment);
            }
        }
        var dataOffsets = new Dictionary<int, uint>();
        var data = new List<int>();
        var dataBytes = 0L;
        for (var segment = 0; segment < module.Data.Length; segment++)
        {
            if (module.Data[segment].Mode != SegmentMode.Active)
            {
                continue;
            }
            // An element segment that traps comes before all data.
            if (elements.Count == 0 && data.Count == 0 && ImageOffset(module, module.Data[segment]) is { } offset && Charge(ref dataBytes, module.Data[segment].Length))
            {
                dataOffsets.Add(segment, offset);
            }
            else
            {
                data.Add(segment);
            }
        }
        return new SegmentPlan
        {
            Globals = [.. Enumerable.Range(0, module.GlobalInits.Length)
                .Where(global => ConstantEvaluator.Fold(module, module.GlobalInits[global]) is null)
                .Select(global => global + module.ImportedGlobals)],
            Elements = [.. elements],
            ImportedElements = ImportedElementsOf(module, elementOffsets),
            Data = [.. data],
            ElementOffsets = elementOffsets,
            DataOffsets = dataOffsets,
        };
    }

    // Up to a page more at each end.
    private static bool Charge(ref long charged, long bytes) =>
        (charged += bytes + (MostPagesBeside * PageReservation.PageBytes)) <= MostImageBytes;

    private static uint? ImageOffset(ModuleDeclaration module, ElementSegment segment)
    {
        if (segment.Functions is null || segment.Table < module.ImportedTables)
        {
            return null;
        }
        var offset = ConstantEvaluator.Fold(module, segment.Offset);
        return offset is { } at && (uint)at.AsI32 + (ulong)segment.Count <= module.Tables[segment.Table].Limits.Min ? (uint)at.AsI32 : null;
    }

    private static uint? ImageOffset(ModuleDeclaration module, DataSegment segment)
    {
        if (segment.Memory < module.ImportedMemories)
        {
            return null;
        }
        var offset = ConstantEvaluator.Fold(module, segment.Offset);
        var bytes = (ulong)module.Memories[segment.Memory].Limits.Min * Memory.PageBytes;
        return offset is { } at && (uint)at.AsI32 + (ulong)segment.Length <= bytes ? (uint)at.AsI32 : null;
    }

    // A later segment may cover what an earlier one put into a table.
    private static ImportedElement[] ImportedElementsOf(ModuleDeclaration module, Dictionary<int, uint> offsets)
    {
        var imported = new Dictionary<(int Table, uint Index), int>();
        foreach (var (segment, offset) in offsets.OrderBy(static segment => segment.Key))
        {
            var elements = module.Elements[segment];
            for (var index = 0; index < elements.Count; index++)
            {
                var place = (elements.Table, offset + (uint)index);
                if (elements.Functions![index] < module.ImportedFunctions)
                {
                    imported[place] = elements.Functions[index];
                }
                else
                {
                    imported.Remove(place);
                }
            }
        }
        return [.. imported.Select(static element => new ImportedElement(element.Key.Table, element.Key.Index, element.Value))];
    }
}

/// <summary>An element of an own table that an image cannot hold, since it is an imported function.</summary>
internal readonly record struct ImportedElement(int Table, uint Index, int Function);
