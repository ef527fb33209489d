using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Execution;

/// <summary>
/// Which active segments and globals the images hold, and which have to be done for each instance. Segments take effect in order, so the first that cannot
/// be in an image, because its place depends on an import, it may trap, or its target is imported, leaves the later ones to the instance too.
/// </summary>
internal sealed class SegmentPlan
{
    /// <summary>Own globals whose values depend on the instance.</summary>
    internal required int[] Globals { get; init; }

    /// <summary>Active element segments that the instance initialises.</summary>
    internal required int[] Elements { get; init; }

    /// <summary>Imported functions in element segments of the images: the segment and the index in it.</summary>
    internal required (int Segment, int Index)[] ImportedElements { get; init; }

    /// <summary>Active data segments that the instance initialises.</summary>
    internal required int[] Data { get; init; }

    /// <summary>Where the segments in the images start: elements and data.</summary>
    internal required Dictionary<int, uint> ElementOffsets { get; init; }
    internal required Dictionary<int, uint> DataOffsets { get; init; }

    internal static SegmentPlan Of(ModuleDeclaration module)
    {
        var elementOffsets = new Dictionary<int, uint>();
        var elements = new List<int>();
        for (var segment = 0; segment < module.Elements.Length; segment++)
        {
            if (module.Elements[segment].Mode != SegmentMode.Active)
            {
                continue;
            }
            if (elements.Count == 0 && ImageOffset(module, module.Elements[segment]) is { } offset)
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
        for (var segment = 0; segment < module.Data.Length; segment++)
        {
            if (module.Data[segment].Mode != SegmentMode.Active)
            {
                continue;
            }
            // An element segment that traps comes before all data.
            if (elements.Count == 0 && data.Count == 0 && ImageOffset(module, module.Data[segment]) is { } offset)
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
    private static (int Segment, int Index)[] ImportedElementsOf(ModuleDeclaration module, Dictionary<int, uint> offsets)
    {
        var imported = new Dictionary<(int Table, uint Index), (int Segment, int Index)>();
        foreach (var (segment, offset) in offsets.OrderBy(static segment => segment.Key))
        {
            var elements = module.Elements[segment];
            for (var index = 0; index < elements.Count; index++)
            {
                var place = (elements.Table, offset + (uint)index);
                if (elements.Functions![index] < module.ImportedFunctions)
                {
                    imported[place] = (segment, index);
                }
                else
                {
                    imported.Remove(place);
                }
            }
        }
        return [.. imported.Values];
    }
}
