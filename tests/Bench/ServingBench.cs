using System.Diagnostics;
using System.Reflection;
using Tapedeck.Bench.Report;
using Tapedeck.Bench.Serving;
using Tapedeck.Bench.Workers;

namespace Tapedeck.Bench;

/// <summary>What the program as a whole costs: calls over HTTP, starts, memory, and whether it grows.</summary>
internal static class ServingBench
{
    private static readonly Load.Call Slug = new("text_slug", """{"title":"Hello World"}""", "hello-world");
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    // Warm is a server whose requests have become no cheaper for as many turns; more turns than that say that the machine is too busy to tell.
    private const int FlatTurns = 3;
    private const int MostTurns = 20;

    // As many calls of one tool as run at once by default.
    private const int Concurrent = 8;

    private static string Root => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    private static string Text => Path.Combine(Root, "examples", "text", "text.wasm");

    /// <summary>What a call costs over HTTP, beside the least that a server can do and beside the official SDK for TypeScript.</summary>
    internal static void Calls(Child child, BenchOptions options)
    {
        // Of 256 calls at once each may take no more than its share of what there is.
        using var tools = new Manifests().Add("text", Text, memory: "4Mi");
        var table = new MarkdownTable("server", "us CPU a call", "to Kestrel", "p50 1 us", "p99 1", "p50 16", "p99 16", "p50 256", "p99 256");
        var dll = Assembly.GetExecutingAssembly().Location;
        var bare = Measure("bare Kestrel", () => ServerProcess.Start("dotnet", [dll, Worker.Command, "bare"]), double.NaN);
        Measure("MCP, a tool of C#", () => ServerProcess.Start("dotnet", [dll, Worker.Command, "native"]), bare);
        var ours = Measure("tapedeck", () => ServerProcess.Tapedeck("--file", tools.Folder, "--cache", "none"), bare);
        if (TypeScriptModules.Install(Path.Combine(Root, "tests", "McpClients", "clients")) is { } modules)
        {
            Measure("TypeScript SDK v1", () => ServerProcess.Start(options.Node, [Path.Combine(AppContext.BaseDirectory, "Serving", "typescript-server.mjs"), modules]), bare);
        }
        Console.WriteLine($"## tools/call over HTTP\n\nA tool of C that does next to nothing; latencies with as many connections as said.\n\n{table}");
        var result = MarkdownTable.Results();
        result.Add("CPU of a call to that of bare Kestrel", Cell.Ratio(ours / bare), Target.AtMost(3).Cells(ours / bare));
        Console.WriteLine(result);

        double Measure(string name, Func<ServerProcess> start, double kestrel)
        {
            try
            {
                using var server = start();
                var load = new Load(server.Endpoint, Slug);
                WarmUntilFlat(server, load);
                var cells = new List<string>();
                var cpu = double.NaN;
                foreach (var connections in new[] { 1, 16, 256 })
                {
                    var before = server.CpuMicroseconds;
                    var times = load.Run(connections, Measured);
                    cpu = connections == 16 ? (server.CpuMicroseconds - before) / times.Length : cpu;
                    cells.AddRange([Cell.Number(times[times.Length / 2]), Cell.Number(times[times.Length * 99 / 100])]);
                }
                table.Add([name, Cell.Number(cpu), double.IsNaN(kestrel) ? "" : Cell.Ratio(cpu / kestrel), .. cells]);
                return cpu;
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException or InvalidDataException or AggregateException)
            {
                child.Fail($"{name}: {failure.Message}");
                return double.NaN;
            }
        }
    }

    /// <summary>The JIT compiles hot methods anew beside the calls, and on a busy machine that takes its time: its CPU is none of a request's.</summary>
    private static void WarmUntilFlat(ServerProcess server, Load load)
    {
        var (least, flat) = (double.PositiveInfinity, 0);
        for (var turn = 0; turn < MostTurns && flat < FlatTurns; turn++)
        {
            var cpu = CpuACall(server, () => load.Run(16, WarmUp));
            flat = cpu > 0.95 * least ? flat + 1 : 0;
            least = Math.Min(least, cpu);
        }
    }

    private static double CpuACall(ServerProcess server, Func<double[]> run)
    {
        var before = server.CpuMicroseconds;
        return run().Length is var calls and > 0 ? (server.CpuMicroseconds - before) / calls : double.PositiveInfinity;
    }

    /// <summary>From the start of the process to the first answer.</summary>
    internal static void Starts(Child child, BenchOptions options)
    {
        var table = new MarkdownTable("tool", "cache", "s to ready", "s to the first answer", "s CPU until then");
        (string Name, string? File, Load.Call Call)[] tools =
        [
            ("C", Text, Slug),
            ("QuickJS", Component("js-kitchen-sink-quickjs.wasm"), new("tool_echo", """{"text":"x"}""", "result")),
            ("SpiderMonkey", Component("js-kitchen-sink-spidermonkey.wasm"), new("tool_echo", """{"text":"x"}""", "result")),
        ];
        foreach (var (name, file, call) in tools.Where(tool => File.Exists(tool.File)))
        {
            using var folder = new Manifests().Add(name == "C" ? "text" : "tool", file!, name == "QuickJS" ? ", exclude: [init]" : "");
            var cache = Path.Combine(folder.Folder, "cache");
            Start(name, "none", folder.Folder, "none", call);
            Fill(file!, cache);
            Start(name, "filled", folder.Folder, cache, call);
        }
        Console.WriteLine($"## Cold start\n\nFrom the start of the process; ready is when it serves.\n\n{table}");

        string? Component(string file) => options.Components is { } components ? Path.Combine(components, file) : null;

        void Start(string name, string state, string folder, string cache, Load.Call call)
        {
            var started = Stopwatch.GetTimestamp();
            using var server = ServerProcess.Tapedeck("--file", folder, "--cache", cache);
            var ready = Stopwatch.GetElapsedTime(started);
            new Load(server.Endpoint, call).Once();
            table.Add(name, state, Cell.Number(ready.TotalSeconds), Cell.Number(Stopwatch.GetElapsedTime(started).TotalSeconds), Cell.Number(server.CpuMicroseconds / 1e6));
        }
    }

    private static void Fill(string component, string cache)
    {
        var tapedeck = Path.Combine(AppContext.BaseDirectory, "..", "..", "Server", "release", "tapedeck.dll");
        using var compile = Process.Start(new ProcessStartInfo("dotnet", [tapedeck, "compile", component, "--cache", cache]) { RedirectStandardOutput = true })!;
        compile.StandardOutput.ReadToEnd();
        compile.WaitForExit();
    }

    /// <summary>What idle tools keep.</summary>
    internal static void Memory(Child child, BenchOptions options)
    {
        var table = new MarkdownTable("idle tools", "MiB resident", "threads", "handles");
        foreach (var count in new[] { 1, 10, 100 })
        {
            using var tools = new Manifests();
            for (var number = 0; number < count; number++)
            {
                tools.Add($"t{number}", Text);
            }
            using var server = ServerProcess.Tapedeck("--file", tools.Folder, "--cache", "none");
            var load = new Load(server.Endpoint, [.. Enumerable.Range(0, count).Select(number => Slug with { Tool = $"t{number}_slug" })]);
            load.Run(1, TimeSpan.FromSeconds(1));
            Thread.Sleep(2_000);
            table.Add($"{count}", Cell.Number(server.ResidentMiB), $"{server.Threads}", $"{server.Handles}");
        }
        Console.WriteLine($"## Memory of idle tools\n\nA tool of C each, called before, in one process.\n\n{table}");
    }

    /// <summary>Calls of all kinds for a while, and what the process has at each tenth of it.</summary>
    internal static void Endurance(Child child, BenchOptions options)
    {
        var minutes = options.Minutes;
        var table = new MarkdownTable("after", "calls", "MiB resident", "threads", "handles");
        var notes = Directory.CreateTempSubdirectory("bench-notes-").FullName;
        try
        {
            using var server = ServerProcess.Tapedeck("--file", Path.Combine(Root, "examples"), "--volume", $"notes={notes}", "--cache", "none");
            var load = new Load(
                server.Endpoint,
                Slug with { Tool = "slug" },
                new("divide", """{"dividend":1,"divisor":0}""", "tool-error"),
                new("slug", """{"titel":1}""", "invalid-arguments"),
                new("notes_write", """{"name":"bench","text":"a note"}""", "structuredContent"),
                new("notes_read", """{"name":"bench"}""", "structuredContent"),
                new("denied_get", """{"url":"https://example.com/"}""", "denied"),
                new("sums", """{"csv":"a,b\n1,2\n3,4"}""", "structuredContent"));
            var (calls, resident) = (0L, new List<double>());
            for (var tenth = 0; tenth <= 10; tenth++)
            {
                table.Add($"{tenth * minutes / 10:0.##} min", $"{calls:#,##0}", Cell.Number(server.ResidentMiB), $"{server.Threads}", $"{server.Handles}");
                resident.Add(server.ResidentMiB);
                calls += tenth < 10 ? load.Run(Concurrent, TimeSpan.FromMinutes(minutes / 10)).Length : 0;
            }
            var growth = resident[^1] / resident[4];
            var result = MarkdownTable.Results();
            result.Add("memory at the end to that after four tenths", Cell.Ratio(growth), Target.AtMost(1.1).Cells(growth));
            Console.WriteLine($"## Mixed load for {minutes:0.##} minutes\n\n{table}\n{result}");
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or InvalidDataException)
        {
            child.Fail($"mixed load: {failure.Message}");
        }
        finally
        {
            Directory.Delete(notes, recursive: true);
        }
    }
}
