using Tapedeck.Bench.Report;

namespace Tapedeck.Bench;

/// <summary>What crossing the border costs.</summary>
internal static class CallBench
{
    private static readonly Target TenNanoseconds = Target.AtMost(10, " ns");

    internal static void Run(Child child, BenchOptions options)
    {
        var all = Enumerable.Range(0, options.Rounds).Select(_ => child.Ours("calls", Kernel.FileOf("calls"))).ToArray();
        var table = new MarkdownTable("call", "ns CPU", "target", "");
        Add("empty", "host to guest, empty function", TenNanoseconds);
        Add("typed", "guest to host, typed import i32 -> i32", TenNanoseconds);
        Add("untyped", "guest to host, the same through spans of values", Target.None);
        Console.WriteLine($"## Calls\n\n{table}");

        void Add(string name, string what, Target target)
        {
            var best = all.Min(f => f[name]);
            table.Add(what, Cell.Number(best), target.Cells(best));
        }
    }
}
