using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>What active data segments put into a module's own memories.</summary>
internal static class MemoryContents
{
    internal static MemoryContent[] Build(ModuleDeclaration module, SegmentPlan plan)
    {
        var contents = new MemoryContent[module.Memories.Length - module.ImportedMemories];
        var segments = plan.DataOffsets
            .Where(segment => module.Data[segment.Key].Length > 0)
            .OrderBy(static segment => segment.Key)
            .ToLookup(segment => module.Data[segment.Key].Memory, segment => Content(module, segment.Key, segment.Value));
        for (var own = 0; own < contents.Length; own++)
        {
            var memory = module.ImportedMemories + own;
            contents[own] = new MemoryContent(module.Memories[memory].Limits.Min, segments.Contains(memory) ? MemoryImage.Build([.. segments[memory]]) : null);
        }
        return contents;
    }

    private static (long Offset, ReadOnlyMemory<byte> Bytes) Content(ModuleDeclaration module, int segment, uint offset) =>
        (offset, module.Bytes.Slice(module.Data[segment].Start, module.Data[segment].Length));
}
