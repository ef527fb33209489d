using Tapedeck.Wasm;

namespace Tapedeck.Conformance.ComponentModel;

/// <summary>Runs every script of the suite on one engine. The scripts about async are skipped, command by command, under their own name.</summary>
internal static class ComponentSuite
{
    internal static async Task<Tally> RunAsync(Archive archive, Options options)
    {
        using var engine = new Engine(new EngineOptions
        {
            BackEnd = options.BackEnd,
            Lifetime = options.Lifetime,
            SplitThreshold = options.SplitThreshold,
        });
        var scripts = archive.Paths.Where(path => path.EndsWith(".json", StringComparison.Ordinal)
            && path.Contains(options.Only, StringComparison.Ordinal)).ToArray();
        if (scripts.Length == 0)
        {
            throw new UsageException($"NO DATA: no script is in '{options.Data}'");
        }
        var tally = new Tally();
        await Parallel.ForEachAsync(scripts, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs }, (path, _) =>
        {
            Run(engine, archive, path, tally);
            return ValueTask.CompletedTask;
        });
        return tally;
    }

    private static void Run(Engine engine, Archive archive, string path, Tally tally)
    {
        // The lines are those of the text that the script was made from.
        var file = Path.ChangeExtension(path, ".wast");
        try
        {
            using var runner = new Runner(engine, name => archive.Read($"{Path.GetDirectoryName(path)}/{name}".TrimStart('/')));
            foreach (var command in Script.Parse(archive.Read(path)).Commands)
            {
                tally.Add($"{file}:{command.Line}", IsAsync(path) ? Outcome.Skipped("async (a script about it)") : runner.Execute(command));
            }
        }
        catch (Exception e)
        {
            tally.Add(file, Outcome.Failed($"the script could not be run to its end: {e.GetType().Name}: {e.Message}"));
        }
    }

    private static bool IsAsync(string path) => path.Split('/').Contains("async");
}
