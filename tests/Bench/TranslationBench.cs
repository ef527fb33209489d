using Tapedeck.Bench.Components;
using Tapedeck.Bench.Report;

namespace Tapedeck.Bench;

/// <summary>What it costs to translate a 12 MB module, once for each version of it.</summary>
internal static class TranslationBench
{
    internal static void Run(Child child, BenchOptions options)
    {
        if (options.Components is not { } components)
        {
            Console.Error.WriteLine("NO COMPONENTS: COMPONENTS_DIR is not set, so translation is left out.");
            return;
        }
        var table = new MarkdownTable("module", "MB", "decode and validate, ms CPU", "translate, ms CPU", "peak MiB resident", "translation, MB");
        foreach (var engine in JavaScriptEngine.All)
        {
            var folder = Directory.CreateTempSubdirectory("bench-link").FullName;
            LinkPlan.Write(Path.Combine(components, engine.File), folder);
            var figures = child.Ours("translation", Directory.GetFiles(folder, "*.wasm").MaxBy(f => new FileInfo(f).Length)!);
            table.Add(engine.Name, Cell.Number(figures["module"] / 1e6), Cell.Milliseconds(figures["validate"]), Cell.Milliseconds(figures["translate"]),
                Cell.Number(figures["peak"] / (1 << 20)), Cell.Number(figures["size"] / 1e6));
            Directory.Delete(folder, recursive: true);
        }
        Console.WriteLine($"## Translation\n\n{table}");
    }
}
