using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>Builds the images of a module's own memories.</summary>
internal static class MemoryImages
{
    internal static MemoryImage?[] Build(ModuleDeclaration module, SegmentPlan plan)
    {
        var images = new MemoryImage?[module.Memories.Length];
        for (var memory = module.ImportedMemories; memory < images.Length; memory++)
        {
            var segments = plan.DataOffsets
                .Where(segment => module.Data[segment.Key].Memory == memory && module.Data[segment.Key].Length > 0)
                .OrderBy(static segment => segment.Key)
                .Select(segment => ((long)segment.Value, module.Bytes.Slice(module.Data[segment.Key].Start, module.Data[segment.Key].Length)))
                .ToArray();
            if (segments.Length > 0)
            {
                images[memory] = MemoryImage.Build(segments);
            }
        }
        return images;
    }
}
