using Tapedeck.Wasm;

namespace Tapedeck.Conformance.WasmCore;

/// <summary>Runs every script of a suite on one engine.</summary>
internal static class CoreSuite
{
    /// <summary>A script that takes longer hangs: its store is interrupted, and that is a failure.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

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
        await Parallel.ForEachAsync(
            scripts,
            new ParallelOptions { MaxDegreeOfParallelism = options.Jobs },
            async (path, _) => await RunAsync(engine, archive, path, tally));
        return tally;
    }

    private static async Task RunAsync(Engine engine, Archive archive, string path, Tally tally)
    {
        // The lines are those of the text that the script was made from.
        var file = Path.ChangeExtension(path, ".wast");
        try
        {
            var script = Script.Parse(archive.Read(path));
            var store = engine.NewStore(Limits);
            await engine.RunAsync(store, () => Run(script, store), Patience, CancellationToken.None);
        }
        catch (Exception e)
        {
            tally.Add(file, Outcome.Failed($"the script could not be run to its end: {e.GetType().Name}: {e.Message}"));
        }

        // A script that was given up may still run, so what it uses ends on its own thread.
        bool Run(Script script, Store store)
        {
            using (store)
            {
                using var runner = new Runner(engine, store, name => archive.Read($"{Path.GetDirectoryName(path)}/{name}".TrimStart('/')));
                foreach (var command in script.Commands)
                {
                    tally.Add($"{file}:{command.Line}", runner.Execute(command));
                }
            }
            return true;
        }
    }

    /// <summary>The suite asks for the most that the specification allows, and some scripts have hundreds of modules.</summary>
    private static StoreLimits Limits => new() { MemoryBytes = 16L << 30, TableElements = 50_000_000, Instances = 10_000 };
}
