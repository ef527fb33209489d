using Tapedeck.Bench.Report;

namespace Tapedeck.Bench;

/// <summary>What the host's side of a call costs: the gate, files and pages through components, many calls at once, instances that live.</summary>
internal static class HostBench
{
    private static readonly (string Name, string What)[] Requests =
    [
        ("http", "an HTTP request, 40 rules"),
        ("address", "the address that it connects to"),
        ("file", "a file below a folder with globs"),
        ("name", "a look-up of a name"),
        ("variable", "an environment variable"),
    ];

    private static readonly (string File, string What, int Count)[] Live =
    [
        ("c-tool.wasm", "C tool, 1.5 KB", 1_000),
        ("js-kitchen-sink-quickjs.wasm", "QuickJS, 1.6 MB", 200),
        ("js-kitchen-sink-spidermonkey.wasm", "SpiderMonkey, 12 MB", 200),
    ];

    internal static void Run(Child child, BenchOptions options)
    {
        Gate(child, options);
        Concurrency(child, options);
        Throughput(child, options);
        if (options.Components is { } components)
        {
            Instances(child, components);
        }
    }

    private static void Gate(Child child, BenchOptions options)
    {
        var all = Enumerable.Range(0, options.Rounds).Select(_ => child.Ours("gate")).ToArray();
        var table = new MarkdownTable("decision", "ns CPU", "bytes allocated", "target", "");
        foreach (var (name, what) in Requests)
        {
            var (best, bytes) = (all.Min(figures => figures[name]), all.Min(figures => figures[$"{name} bytes"]));
            var (limit, verdict) = Target.AtMost(1_000, " ns, 0 bytes").Cells(best);
            table.Add(what, Cell.Number(best), Cell.Number(bytes), limit, bytes > 0 ? "MISSED" : verdict);
        }
        Console.WriteLine($"## The gate\n\nOf a request that is allowed.\n\n{table}");
    }

    private static void Concurrency(Child child, BenchOptions options)
    {
        var best = Enumerable.Range(0, options.Rounds).Select(_ => child.Ours("concurrent-calls")).MinBy(static figures => figures["cpu"])!;
        var table = new MarkdownTable("1,000 calls at once, each with a thread and waiting 500 ms in the host", "figure", "unit");
        table.Add("from the first to the last answer", Cell.Milliseconds(best["wall"]), "ms");
        table.Add("CPU of a call", Cell.Number(best["cpu"] / 1_000), "us");
        table.Add("memory of a call", Cell.Number(best["resident"] / 1_000 / 1024), "KiB resident");
        Console.WriteLine($"## Calls side by side\n\n{table}");
    }

    private static void Throughput(Child child, BenchOptions options)
    {
        var table = new MarkdownTable("what", "MB a second of CPU");
        Add("a file of 64 MB, read through a stream", "component-files");
        Add("a page of 16 MB, fetched from a server in the same process, whose CPU is among it", "component-fetch");
        Console.WriteLine($"## Through a component\n\nIn C, which drops what it reads.\n\n{table}");

        void Add(string what, string worker) => table.Add(what, Cell.Number(Enumerable.Range(0, options.Rounds).Max(_ => child.Ours(worker)["rate"])));
    }

    private static void Instances(Child child, string components)
    {
        var table = new MarkdownTable("component", "instances", "KiB resident of each", "managed bytes of each");
        foreach (var (file, what, count) in Live)
        {
            var figures = child.Ours("live-instances", Path.Combine(components, file), count);
            table.Add(what, Cell.Number(count), Cell.Number(figures["resident"] / 1024), Cell.Number(figures["managed"]));
        }
        Console.WriteLine($"## Instances that live\n\nMade and kept, nothing called yet.\n\n{table}");
    }
}
