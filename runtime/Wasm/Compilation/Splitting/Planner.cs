using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>Decides whether a function must be split, and how. RATIONALE.md, "Why are large functions split?"</summary>
internal static class Planner
{
    /// <summary>A function with more locals keeps most of them in a frame, whatever its size.</summary>
    private const int MostLocals = 400;

    private const int WeightOfBlock = 64;

    /// <summary>How often a function is cut, each time into smaller methods, until none is too heavy with the locals that it has to copy and to find in the frame.</summary>
    private const int MostCuts = 5;

    /// <summary>The JIT's time grows with this product; beyond it a function is treated as too large.</summary>
    internal const long MostBlocksTimesLocals = 50_000;

    /// <summary>Bytes of a function that is compiled without a plan.</summary>
    internal static int MostBytes(int threshold) => 8 * threshold;

    /// <param name="threshold">Basic blocks that one method may have, about.</param>
    internal static FunctionPlan? Plan(ModuleDeclaration module, FunctionBody body, FuncType type, ValType[] locals, int threshold)
    {
        var bytes = body.End - body.Start;
        var isSmall = body.Blocks <= threshold && bytes <= MostBytes(threshold);
        if (isSmall && locals.Length <= MostLocals && (long)body.Blocks * locals.Length <= MostBlocksTimesLocals)
        {
            return null;
        }
        var scanner = new FunctionScanner(module, Math.Min(locals.Length, MostLocals));
        scanner.Scan(body, type);
        var (root, labels) = Cut(scanner, body, locals.Length, Math.Max(1, threshold) * WeightOfBlock);
        if (root.Children.Count == 0 && locals.Length <= MostLocals)
        {
            return null;
        }
        var offsets = new int[locals.Length];
        var at = 0;
        for (var local = 0; local < locals.Length; local++)
        {
            offsets[local] = at;
            at += locals[local] == ValType.V128 ? 16 : 8;
        }
        return new FunctionPlan(root, offsets, (at + 15) & ~15, labels);
    }

    private static (Region Root, IReadOnlyDictionary<int, LocalSet> Labels) Cut(FunctionScanner scanner, FunctionBody body, int locals, int limit)
    {
        var most = limit + (limit / 10);
        for (var cut = 1; ; cut++, limit -= limit / 5)
        {
            var outliner = new Outliner(limit);
            outliner.Outline(scanner.Root);
            var root = new Region(body.Start, body.End) { Weight = scanner.Root.Weight, Frequency = 1 };
            var labels = Liveness.Analyse(scanner.Flow, locals, outliner.Regions);
            RegionTree.Build(root, outliner.Regions, scanner.Flow, labels);
            var fits = true;
            foreach (var region in outliner.Regions.Prepend(root))
            {
                region.Promoted = Promotion.Choose(region);
                fits &= region.WeighAlone().Most <= most;
            }
            if (fits || cut == MostCuts)
            {
                return (root, labels);
            }
        }
    }
}
