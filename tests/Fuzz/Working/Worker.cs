using System.Text.Json;
using Tapedeck.Fuzz.Generation;
using Tapedeck.Fuzz.Mutation;
using Tapedeck.Fuzz.Oracles;
using Tapedeck.Fuzz.Playing;

namespace Tapedeck.Fuzz.Working;

/// <summary>
/// The process that does the work: one line in, one verdict out. It is apart from the one that counts, since what it runs may bring it down, and that is a finding as well.
/// </summary>
internal sealed class Worker(Judge judge, MutationJudge mutations)
{
    internal static void Run(string[] names, int split)
    {
        using var oracle = new Oracle(NodeBinary.Find());
        var configurations = Configuration.All(split).Where(configuration => names.Length == 0 || names.Contains(configuration.Name)).ToArray();
        using var judge = new Judge(oracle, configurations);
        using var mutations = new MutationJudge(oracle);
        var worker = new Worker(judge, mutations);
        while (Console.ReadLine() is { } line)
        {
            Console.WriteLine(JsonSerializer.Serialize(worker.Answer(line), ScenarioJson.Options));
        }
    }

    private Verdict Answer(string line)
    {
        var (verb, argument) = line.Split(' ', 2) switch { var words => (words[0], words[1]) };
        try
        {
            return verb switch
            {
                WorkerProcess.Seed => OfSeed(ulong.Parse(argument)),
                WorkerProcess.Bytes => mutations.Try(ulong.Parse(argument)),
                _ => OfScenario(ScenarioFile.Read(argument).Scenario),
            };
        }
        catch (InvalidDataException invalid)
        {
            return new Verdict { Differences = { ["generator"] = invalid.Message } };
        }
    }

    private Verdict OfSeed(ulong seed)
    {
        var generated = ModuleGenerator.Generate(seed);
        var coverage = new OpcodeCoverage();
        coverage.Add(generated.Module);
        return OfScenario(generated.ToScenario()) with { Opcodes = [.. coverage.Seen.Select(static opcode => (ushort)opcode)] };
    }

    private Verdict OfScenario(Scenario scenario)
    {
        if (judge.Try(scenario) is not var (expected, differences))
        {
            // Too slow for V8 is too slow for us: nothing to compare.
            return new Verdict { Traps = { ["oracle does not answer"] = 1 } };
        }
        var traps = expected.Calls.Append(expected.Start)
            .Where(static result => result.StartsWith("trap: ", StringComparison.Ordinal))
            .CountBy(static result => result["trap: ".Length..])
            .ToDictionary();
        return new Verdict { Calls = expected.Calls.Length, Traps = traps, Differences = differences };
    }
}
