using System.Diagnostics;
using Tapedeck.Fuzz.Generation;
using Tapedeck.Fuzz.Mutation;
using Tapedeck.Fuzz.Playing;
using Tapedeck.Fuzz.Working;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz;

/// <summary>Goes through seeds with workers, counts, and writes down what differs.</summary>
internal sealed class Campaign(FuzzOptions options)
{
    /// <summary>Tiered code is never unloaded, so a worker serves for so many seeds only.</summary>
    private const int SeedsOfWorker = 150;

    /// <summary>After so many seeds with a difference there is enough to do.</summary>
    private const int Enough = 10;

    private readonly Lock _gate = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Dictionary<string, int> _traps = [];
    private readonly OpcodeCoverage _coverage = new();
    private readonly ulong _first = options.Seed ?? (ulong)(DateTime.UtcNow.Ticks / TimeSpan.TicksPerSecond) << 20;
    private ulong _next;
    private int _modules;
    private long _calls;
    private int _findings;

    /// <returns>The exit code.</returns>
    internal int Run()
    {
        var threads = Enumerable.Range(0, options.Jobs).Select(job => new Thread(() => Work(job))).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        Report();
        return _findings == 0 ? 0 : 1;
    }

    private void Work(int job)
    {
        for (var turn = job; Take() is { } seed; turn++)
        {
            using var worker = new WorkerProcess(isHasty: turn % 2 == 1, $"{1 + (turn % 5)}");
            ulong? current = seed;
            for (var served = 0; current is { } given; served++)
            {
                Count(given, worker.Ask(options.IsBytes ? WorkerProcess.Bytes : WorkerProcess.Seed, $"{given}"));
                current = served < SeedsOfWorker ? Take() : null;
            }
        }
    }

    private ulong? Take()
    {
        lock (_gate)
        {
            return _next < options.Count && _watch.Elapsed.TotalSeconds < options.Seconds && _findings < Enough ? _first + _next++ : null;
        }
    }

    private void Count(ulong seed, Verdict verdict)
    {
        lock (_gate)
        {
            _modules += Math.Max(1, verdict.Mutants);
            _calls += verdict.Calls;
            _coverage.Add(verdict.Opcodes.Select(static opcode => (Opcode)opcode));
            foreach (var (kind, count) in verdict.Traps)
            {
                _traps[kind] = _traps.GetValueOrDefault(kind) + count;
            }
            if (verdict.Differences.Count > 0)
            {
                _findings++;
                Write(seed, verdict.Differences);
            }
        }
    }

    private void Write(ulong seed, Dictionary<string, string> differences)
    {
        var folder = Directory.CreateDirectory(Path.Combine(SourceFolder.Path, "findings")).FullName;
        var text = string.Join('\n', differences.Select(static difference => $"{difference.Key}: {difference.Value}"));
        Console.WriteLine($"seed {seed}: {text}");
        if (options.IsBytes)
        {
            var mutants = Mutator.Mutants(seed, MutationJudge.MutantsOfSeed);
            foreach (var (mutant, bytes) in mutants.Index().Where(item => differences.ContainsKey($"mutant {item.Index}")))
            {
                File.WriteAllBytes(Path.Combine(folder, $"{seed}-{mutant}.wasm"), bytes);
            }
        }
        else
        {
            ScenarioFile.Write(Path.Combine(folder, $"{seed}"), ModuleGenerator.Generate(seed).ToScenario(), null, text);
        }
    }

    private void Report()
    {
        var traps = string.Join(", ", _traps.OrderByDescending(static trap => trap.Value).Select(static trap => $"{trap.Key} {trap.Value}"));
        var missing = OpcodeCoverage.All.Except(_coverage.Seen).ToList();
        var coverage = $"{OpcodeCoverage.All.Count() - missing.Count} of {OpcodeCoverage.All.Count()} opcodes";
        Console.WriteLine(options.IsBytes
            ? $"fuzz --bytes: {_modules} modules from seed {_first}, {_findings} with differences"
            : $"fuzz: {_modules} modules from seed {_first}, {_calls} calls, {coverage}, traps: {traps}; {_findings} with differences");
        if (!options.IsBytes && missing.Count > 0)
        {
            Console.WriteLine($"not seen: {string.Join(' ', missing)}");
        }
    }
}
