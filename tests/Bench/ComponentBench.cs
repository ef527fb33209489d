using Tapedeck.Bench.Report;

namespace Tapedeck.Bench;

/// <summary>What components cost: an instance for each call, and values through the canonical ABI.</summary>
internal static class ComponentBench
{
    private static readonly (string File, string What, Target Target)[] Instances =
    [
        ("c-tool.wasm", "C tool, 1.5 KB", Target.AtMost(30, " us")),
        ("rust-tool.wasm", "Rust tool, 17 KB", Target.AtMost(30, " us")),
        ("js-kitchen-sink-quickjs.wasm", "QuickJS, 1.6 MB, eleven modules", Target.None),
        ("js-kitchen-sink-spidermonkey.wasm", "SpiderMonkey, 12 MB", Target.AtMost(30, " us")),
    ];

    private static readonly (string Name, string What, string Unit)[] Calls =
    [
        ("empty", "host to guest, empty function", "ns"),
        ("import", "guest to host, typed import u32 -> u32", "ns"),
        ("string", "64 KiB of string, both ways", "us"),
        ("records", "1,000 records of a string, a number and two tags, both ways", "us"),
    ];

    internal static void Run(Child child, BenchOptions options)
    {
        if (options.Components is { } components)
        {
            var instances = new MarkdownTable("component", "us CPU", "managed bytes", "target", "");
            foreach (var (file, what, target) in Instances)
            {
                var figures = Best(child, options, "cpu", "component-instances", Path.Combine(components, file));
                var (limit, verdict) = target.Cells(figures["cpu"]);
                instances.Add(what, Cell.Number(figures["cpu"]), Cell.Number(figures["allocated"]), limit, verdict);
            }
            Console.WriteLine($"## Instances of components\n\nA new call with an instance, and both gone again.\n\n{instances}");
        }
        var calls = new MarkdownTable("call", "CPU", "unit");
        var all = Enumerable.Range(0, options.Rounds).Select(_ => child.Ours("component-calls")).ToArray();
        foreach (var (name, what, unit) in Calls)
        {
            calls.Add(what, Cell.Number(all.Min(figures => figures[name])), unit);
        }
        Console.WriteLine($"## Calls through the canonical ABI\n\n{calls}");
    }

    private static Figures Best(Child child, BenchOptions options, string figure, params object[] arguments) =>
        Enumerable.Range(0, options.Rounds).Select(_ => child.Ours(arguments)).MinBy(figures => figures[figure])!;
}
