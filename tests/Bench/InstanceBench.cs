using Tapedeck.Bench.Components;
using Tapedeck.Bench.Report;

namespace Tapedeck.Bench;

/// <summary>An instance of its own for each call: a store, an instance, a call that dirties pages, and the way back to the pool.</summary>
internal static class InstanceBench
{
    private const double BaseTarget = 30, PageTarget = 5;

    internal static void Run(Child child, BenchOptions options)
    {
        var table = new MarkdownTable("image", "us CPU", "managed bytes kept", "KiB resident", "target", "");
        foreach (var mebibytes in (int[])[1, 12])
        {
            foreach (var dirtyPages in (int[])[0, 32])
            {
                Add(table, $"{mebibytes} MiB, {dirtyPages} pages dirtied", Measure(child, options.Rounds, mebibytes, dirtyPages),
                    Target.AtMost(BaseTarget + (PageTarget * dirtyPages), " us"));
            }
        }
        if (options.Components is { } components)
        {
            var folder = Directory.CreateTempSubdirectory("bench-link").FullName;
            LinkPlan.Write(Path.Combine(components, JavaScriptEngine.All[0].File), folder);
            var largest = Directory.GetFiles(folder, "*.wasm").MaxBy(f => new FileInfo(f).Length)!;
            Add(table, "SpiderMonkey's core module, 9 MiB and a table of 7,700", Measure(child, options.Rounds, largest, 0), Target.AtMost(BaseTarget, " us"));
            Directory.Delete(folder, recursive: true);
        }
        Console.WriteLine($"## Instances\n\nA new store and instance, one call, both gone again. What a live one keeps is the mean of 50.\n\n{table}");
    }

    private static Figures Measure(Child child, int rounds, object image, int dirtyPages)
    {
        var best = child.Ours("instances", image, dirtyPages);
        for (var round = 1; round < rounds; round++)
        {
            best = best.Better(child.Ours("instances", image, dirtyPages));
        }
        return best;
    }

    private static void Add(MarkdownTable table, string what, Figures figures, Target target) =>
        table.Add(what, Cell.Number(figures["cpu"]), Cell.Number(figures["managed"]), Cell.Number(figures["resident"] / 1024), target.Cells(figures["cpu"]));
}
