using Tapedeck.Components;
using Tapedeck.Policy;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Reading;
using Tapedeck.Wasi;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Cli;
using Tapedeck.Wasm;

namespace Tapedeck.Conformance.Wasi;

/// <summary>Runs every program of the suite as a command, each with a fresh copy of its folder, under a policy that grants what it is given.</summary>
internal static class WasiSuite
{
    private const string PathOfPolicy = "/root";
    private const string StateIsOverwritten =
        "AssemblyScript's allocator takes all of memory for its own and writes its last block's header over the adapter's state, which the adapter then finds broken";

    /// <summary>Programs that fail on every host, with how they fail: what happens is between the program and the adapter that it was linked with.</summary>
    private static readonly Dictionary<string, (string Failure, string Why)> Explained = new()
    {
        ["assemblyscript-args_get-multiple-arguments.wasm"] = ("assertion failed at adapter line 2858", StateIsOverwritten),
        ["assemblyscript-environ_get-multiple-variables.wasm"] = ("assertion failed at adapter line 2858", StateIsOverwritten),
        ["assemblyscript-fd_write-to-invalid-fd.wasm"] = (
            "abort:  in src_input.ts(11:1)", "it writes no buffer at all, and for that the adapter returns success before it looks at the descriptor"),
    };

    internal static async Task<Tally> RunAsync(Archive archive, Options options)
    {
        var programs = archive.Paths.Where(path => path.EndsWith(".wasm", StringComparison.Ordinal) && path.Contains(options.Only, StringComparison.Ordinal)).ToArray();
        if (programs.Length == 0)
        {
            throw new UsageException($"NO DATA: no program is in '{options.Data}'");
        }
        using var engine = new Engine(new EngineOptions { BackEnd = options.BackEnd, Lifetime = options.Lifetime, SplitThreshold = options.SplitThreshold });
        var linker = WasiImports.AddTo(new Linker());
        var tally = new Tally();
        await Parallel.ForEachAsync(programs, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs }, async (path, token) =>
            tally.Add(path, Judge(path, await RunOne(engine, linker, archive, path, token))));
        return tally;
    }

    /// <summary>A failure that is explained is skipped under its reason; one that is explained and does not happen is a failure.</summary>
    private static Outcome Judge(string path, Outcome outcome)
    {
        if (!Explained.TryGetValue(Path.GetFileName(path), out var explained))
        {
            return outcome;
        }
        return outcome.Verdict == Verdict.Failed && outcome.Why.Contains(explained.Failure, StringComparison.Ordinal)
            ? Outcome.Skipped($"{Path.GetFileNameWithoutExtension(path)}: {explained.Why}")
            : Outcome.Failed($"is said to fail with '{explained.Failure}', and did not: {outcome.Why}");
    }

    private static async Task<Outcome> RunOne(Engine engine, Linker linker, Archive archive, string path, CancellationToken cancellationToken)
    {
        var json = Path.ChangeExtension(path, ".json");
        var expected = archive.Paths.Contains(json) ? Expectation.Parse(archive.Read(json)) : new Expectation();
        var scratch = Directory.CreateTempSubdirectory("wasi-suite-");
        try
        {
            if (expected.Root is { } root)
            {
                Copy(archive, Path.Combine(Path.GetDirectoryName(path) ?? "", root), scratch.FullName);
            }
            using var component = Component.Compile(engine, archive.Read(path));
            var result = await Command.RunAsync(engine, component.Prepare(linker), new Gate(path, Grants(expected), null), new WasiOptions
            {
                Arguments = [Path.GetFileName(path), .. expected.Arguments],
                Environment = expected.Environment,
                Preopens = expected.Root is null ? [] : [new HostPreopen(PathOfPolicy, scratch.FullName) { ShownAs = "/" }],
            }, cancellationToken);
            return Compare(expected, result);
        }
        catch (Exception e)
        {
            return Outcome.Failed($"{e.GetType().Name}: {e.Message}");
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static Outcome Compare(Expectation expected, CommandResult result)
    {
        var stdout = result.Log.TextOf(LogSource.Stdout);
        if (result.ExitCode != expected.ExitCode)
        {
            var output = $"{result.Trap?.Message} {stdout} {result.Log.TextOf(LogSource.Stderr)}".Trim().ReplaceLineEndings(" ");
            return Outcome.Failed($"exit code {result.ExitCode} instead of {expected.ExitCode}: {output}");
        }
        return expected.Stdout is { } wanted && stdout != wanted ? Outcome.Failed($"stdout is '{stdout}' instead of '{wanted}'") : Outcome.Passed;
    }

    private static void Copy(Archive archive, string folder, string target)
    {
        foreach (var file in archive.Paths.Where(path => path.StartsWith(folder + '/', StringComparison.Ordinal)))
        {
            var copy = Path.Combine(target, file[(folder.Length + 1)..]);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllBytes(copy, archive.Read(file));
        }
    }

    private static Grants Grants(Expectation expected)
    {
        var yaml = $"toolSelector: {{}}\nstorage: {{allow: [{{volume: {{name: root, emptyDir: {{sizeLimit: 1Gi}}}}, path: {PathOfPolicy}, access: [read, write]}}]}}\n";
        if (expected.Environment.Length > 0)
        {
            yaml += $"environment: {{allow: [{string.Join(", ", expected.Environment.Select(static variable => $"{{name: {variable.Key}, value: given}}"))}]}}\n";
        }
        var problems = new ProblemList("suite.yaml");
        var spec = CapabilityPolicyReader.Read(Documents.Read(yaml, problems).Single(), "spec", problems);
        return problems.All.Any()
            ? throw new InvalidOperationException($"the suite's own policy is wrong: {problems.All.First()}")
            : GrantsMerge.Merge(new MergeInput { Generation = 1, Policies = [new("suite", spec, null)] }, null);
    }
}
