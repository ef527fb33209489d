using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>Decides whether a function must be split, and how. RATIONALE.md, "Why are large functions split?"</summary>
internal static class Planner
{
    /// <summary>A function with more locals keeps most of them in a frame, whatever its size.</summary>
    private const int MostLocals = 400;

    private const int WeightOfBlock = 64;

    /// <summary>The JIT's time grows with this product; beyond it a function is treated as too large.</summary>
    private const long MostBlocksTimesLocals = 100_000;

    /// <summary>Bytes of a function that is compiled without a plan.</summary>
    internal static int MostBytes(int threshold) => 8 * threshold;

    /// <param name="threshold">Basic blocks that one method may have, about.</param>
    internal static FunctionPlan? Plan(ModuleDeclaration module, FunctionBody body, ValType[] locals, int threshold)
    {
        var bytes = body.End - body.Start;
        var isSmall = body.Blocks <= threshold && bytes <= MostBytes(threshold);
        if (isSmall && locals.Length <= MostLocals && (long)body.Blocks * locals.Length <= MostBlocksTimesLocals)
        {
            return null;
        }
        var scanner = new FunctionScanner(module);
        scanner.Scan(body);
        var outliner = new Outliner(Math.Max(1, threshold) * WeightOfBlock);
        outliner.Outline(scanner.Root);
        if (outliner.Regions.Count == 0 && locals.Length <= MostLocals)
        {
            return null;
        }
        var root = new Region(body.Start, body.End) { Frequency = 1 };
        var labels = Liveness.Analyse(scanner.Flow, locals.Length, outliner.Regions);
        RegionTree.Build(root, outliner.Regions, scanner.Flow, labels);
        var offsets = new int[locals.Length];
        var at = 0;
        for (var local = 0; local < locals.Length; local++)
        {
            offsets[local] = at;
            at += locals[local] == ValType.V128 ? 16 : 8;
        }
        return new FunctionPlan(root, offsets, (at + 15) & ~15, labels);
    }
}
