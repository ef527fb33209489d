using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Execution;

/// <summary>What active element segments put into a module's own tables.</summary>
internal static class TableContents
{
    internal static TableContent[] Build(ModuleDeclaration module, SegmentPlan plan)
    {
        var contents = new TableContent[module.Tables.Length - module.ImportedTables];
        var runs = plan.ElementOffsets
            .OrderBy(static segment => segment.Key)
            .ToLookup(segment => module.Elements[segment.Key].Table, segment => new TableRun(segment.Value, Own(module, module.Elements[segment.Key].Functions!)));
        for (var own = 0; own < contents.Length; own++)
        {
            var table = module.ImportedTables + own;
            contents[own] = new TableContent(module.Tables[table].Limits.Min, [.. runs[table]]);
        }
        return contents;
    }

    private static int[] Own(ModuleDeclaration module, int[] functions) =>
        Array.ConvertAll(functions, function => function < module.ImportedFunctions ? 0 : function + 1);
}
