using Tapedeck.Bench.Components;
using Tapedeck.Bench.Report;
using Tapedeck.Wasm;

namespace Tapedeck.Bench;

/// <summary>The core modules of two JavaScript components, linked alike on V8 and on ours, every host import a stub.</summary>
internal static class JavaScriptBench
{
    private const int Repetitions = 5;

    internal static void Run(Child child, BenchOptions options)
    {
        if (options.Components is not { } components)
        {
            Console.Error.WriteLine("NO COMPONENTS: COMPONENTS_DIR is not set, so the JavaScript engines are left out.");
            return;
        }
        var table = new MarkdownTable("what", "V8 ms", "ours ms", "ratio", "target", "");
        foreach (var engine in JavaScriptEngine.All)
        {
            var folder = Directory.CreateTempSubdirectory("bench-link").FullName;
            var codeFolder = Directory.CreateTempSubdirectory("bench-code").FullName;
            LinkPlan.Write(Path.Combine(components, engine.File), folder);
            foreach (var (call, calls) in engine.Calls)
            {
                AddSteady(child, options.Rounds, table, engine, (call, calls), folder);
            }
            AddFirst(child, options.Rounds, table, engine, folder, codeFolder);
            Directory.Delete(folder, recursive: true);
            Directory.Delete(codeFolder, recursive: true);
        }
        Console.WriteLine(
            $"""
            ## JavaScript engines

            Best of {options.Rounds} rounds. Steady: one call, V8 with `--no-liftoff`. First answer: CPU time of the whole process from its start, the runtime's own
            start included on both sides; V8 as it comes, with its baseline compiler. `echo` passes a string and back, `matrix` transposes 40 x 40 numbers with closures.

            {table}
            """);
    }

    private static void AddSteady(Child child, int rounds, MarkdownTable table, JavaScriptEngine engine, (string Name, int Count) call, string folder)
    {
        Figures? v8 = null, tiered = null, collectible = null;
        for (var round = 0; round < rounds; round++)
        {
            v8 = Best(v8, child.V8(Child.OnlyOptimised, "javascript-steady", folder, call.Name, call.Count, Repetitions));
            tiered = Best(tiered, child.Ours("javascript-steady", folder, call.Name, call.Count, Repetitions, CodeLifetime.Tiered));
            collectible = Best(collectible, child.Ours("javascript-steady", folder, call.Name, call.Count, Repetitions, CodeLifetime.Collectible));
        }
        Compare(child, table, $"{engine.Name}, {call.Name}, steady, tiered", v8!, tiered!, Target.AtMost(engine.SteadyTarget));
        Compare(child, table, $"{engine.Name}, {call.Name}, steady, collectible", v8!, collectible!, Target.None);
    }

    private static void AddFirst(Child child, int rounds, MarkdownTable table, JavaScriptEngine engine, string folder, string codeFolder)
    {
        Figures? v8 = null, cached = null, cold = null;
        child.Ours("javascript-first", folder, codeFolder, BackEnd.Assembly);
        for (var round = 0; round < rounds; round++)
        {
            var emptyFolder = Directory.CreateTempSubdirectory("bench-code").FullName;
            v8 = Best(v8, child.V8([], "javascript-first", folder));
            cached = Best(cached, child.Ours("javascript-first", folder, codeFolder, BackEnd.Automatic));
            cold = Best(cold, child.Ours("javascript-first", folder, emptyFolder, BackEnd.Automatic));
            Directory.Delete(emptyFolder, recursive: true);
        }
        Compare(child, table, $"{engine.Name}, first answer, cached translation", v8!, cached!, Target.AtMost(5));
        AddLimit(table, $"{engine.Name}, the same, CPU", cached!["cpu"], Target.AtMost(1000, " ms"));
        AddLimit(table, $"{engine.Name}, the same, wall", cached["wall"], Target.None);
        Compare(child, table, $"{engine.Name}, first answer, no cache", v8!, cold!, Target.None);
        AddLimit(table, $"{engine.Name}, the same, CPU", cold!["cpu"], Target.AtMost(4000, " ms"));
        AddLimit(table, $"{engine.Name}, the same, wall", cold["wall"], Target.None);
    }

    private static Figures Best(Figures? before, Figures figures) => before?.Better(figures) ?? figures;

    private static void Compare(Child child, MarkdownTable table, string what, Figures v8, Figures ours, Target target)
    {
        if (v8.Checksum != ours.Checksum)
        {
            child.Fail($"{what}: V8 answers {v8.Checksum}, ours {ours.Checksum}");
        }
        var ratio = ours["cpu"] / v8["cpu"];
        table.Add(what, Cell.Milliseconds(v8["cpu"]), Cell.Milliseconds(ours["cpu"]), Cell.Ratio(ratio), target.Cells(ratio));
    }

    private static void AddLimit(MarkdownTable table, string what, double microseconds, Target target) =>
        table.Add(what, "", Cell.Milliseconds(microseconds), "", target.Cells(microseconds / 1000));
}
