using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>Builds the images of a module's own tables, for the code of one back end.</summary>
internal static class TableImages
{
    internal static MemoryImage?[] Build(Module module, ModuleCode code, SegmentPlan plan)
    {
        var declaration = module.Declaration;
        var images = new MemoryImage?[declaration.Tables.Length];
        for (var table = declaration.ImportedTables; table < images.Length; table++)
        {
            var segments = plan.ElementOffsets.Where(segment => declaration.Elements[segment.Key].Table == table).OrderBy(static segment => segment.Key).ToArray();
            if (segments.Length == 0)
            {
                continue;
            }
            var entries = new TableEntry[declaration.Tables[table].Limits.Min];
            foreach (var (segment, offset) in segments)
            {
                var functions = declaration.Elements[segment].Functions!;
                for (var index = 0; index < functions.Length; index++)
                {
                    entries[offset + index] = EntryOf(module, code, functions[index]);
                }
            }
            images[table] = MemoryImage.Build(MemoryMarshal.AsBytes(entries.AsSpan()), isPatchable: false);
        }
        return images;
    }

    private static TableEntry EntryOf(Module module, ModuleCode code, int function)
    {
        if (function < module.Declaration.ImportedFunctions)
        {
            return default;
        }
        var signature = module.Signatures[module.Declaration.FunctionTypes[function]];
        var pointer = code.ForTable(function);
        return new TableEntry
        {
            Code = pointer,
            Signature = pointer == 0 ? signature | TableEntry.Unresolved : signature,
            Function = function,
        };
    }
}
