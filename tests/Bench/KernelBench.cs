using Tapedeck.Bench.Report;
using Tapedeck.Wasm;

namespace Tapedeck.Bench;

/// <summary>C kernels, steady, on V8 and on ours; the two take turns, so that a busy machine is busy for both.</summary>
internal static class KernelBench
{
    private const int Repetitions = 5;
    private const double TieredGeomean = 1.05, TieredWorst = 1.8, CollectibleGeomean = 1.2;

    internal static void Run(Child child, BenchOptions options)
    {
        var table = new MarkdownTable("kernel", "V8 ms", "tiered ms", "collectible ms", "tiered / V8", "collectible / V8");
        List<double> tieredRatios = [], collectibleRatios = [];
        foreach (var (kernel, v8, tiered, collectible) in Measure(child, options.Rounds))
        {
            if (v8.Checksum != tiered.Checksum || v8.Checksum != collectible.Checksum)
            {
                child.Fail($"{kernel.Name}: V8 answers {v8.Checksum}, tiered {tiered.Checksum}, collectible {collectible.Checksum}");
            }
            tieredRatios.Add(tiered["cpu"] / v8["cpu"]);
            collectibleRatios.Add(collectible["cpu"] / v8["cpu"]);
            table.Add(kernel.Name, Cell.Milliseconds(v8["cpu"]), Cell.Milliseconds(tiered["cpu"]), Cell.Milliseconds(collectible["cpu"]),
                Cell.Ratio(tieredRatios[^1]), Cell.Ratio(collectibleRatios[^1]));
        }
        Console.WriteLine($"## C kernels\n\nBest of {options.Rounds} rounds of {Repetitions}. V8 runs with `--no-liftoff`: optimised code only.\n\n{table}");
        var summary = MarkdownTable.Results();
        summary.Add("tiered, geometric mean", Cell.Ratio(Geomean(tieredRatios)), Target.AtMost(TieredGeomean).Cells(Geomean(tieredRatios)));
        summary.Add("tiered, worst", Cell.Ratio(tieredRatios.Max()), Target.AtMost(TieredWorst).Cells(tieredRatios.Max()));
        summary.Add("collectible, geometric mean", Cell.Ratio(Geomean(collectibleRatios)), Target.AtMost(CollectibleGeomean).Cells(Geomean(collectibleRatios)));
        Console.WriteLine(summary);
    }

    private static IEnumerable<(Kernel Kernel, Figures V8, Figures Tiered, Figures Collectible)> Measure(Child child, int rounds)
    {
        var best = new Dictionary<(Kernel, string), Figures>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var kernel in Kernel.All)
            {
                Keep(kernel, "V8", child.V8(Child.OnlyOptimised, "kernel", kernel.File, kernel.Rounds, Repetitions));
                foreach (var lifetime in (CodeLifetime[])[CodeLifetime.Tiered, CodeLifetime.Collectible])
                {
                    Keep(kernel, lifetime.ToString(), child.Ours("kernel", kernel.File, kernel.Rounds, Repetitions, lifetime));
                }
            }
        }
        return Kernel.All.Select(k => (k, best[(k, "V8")], best[(k, nameof(CodeLifetime.Tiered))], best[(k, nameof(CodeLifetime.Collectible))]));

        void Keep(Kernel kernel, string side, Figures figures) =>
            best[(kernel, side)] = best.TryGetValue((kernel, side), out var before) ? before.Better(figures) : figures;
    }

    private static double Geomean(List<double> ratios) => Math.Exp(ratios.Average(Math.Log));
}
