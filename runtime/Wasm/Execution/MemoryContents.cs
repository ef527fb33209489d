using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>What active data segments put into a module's own memories.</summary>
internal static class MemoryContents
{
    internal static MemoryContent[] Build(ModuleDeclaration module, SegmentPlan plan)
    {
        var contents = new MemoryContent[module.Memories.Length - module.ImportedMemories];
        for (var own = 0; own < contents.Length; own++)
        {
            var memory = module.ImportedMemories + own;
            var segments = plan.DataOffsets
                .Where(segment => module.Data[segment.Key].Memory == memory && module.Data[segment.Key].Length > 0)
                .OrderBy(static segment => segment.Key)
                .Select(segment => ((long)segment.Value, module.Bytes.Slice(module.Data[segment.Key].Start, module.Data[segment.Key].Length)))
                .ToArray();
            contents[own] = new MemoryContent(module.Memories[memory].Limits.Min, segments.Length > 0 ? MemoryImage.Build(segments) : null);
        }
        return contents;
    }
}
