using System.Text.RegularExpressions;
using Tapedeck.Fuzz.Oracles;
using Tapedeck.Fuzz.Working;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Mutation;

/// <summary>Compiles damaged modules, compares with V8 whether they are modules still, and runs those that are.</summary>
internal sealed partial class MutationJudge(Oracle oracle) : IDisposable
{
    internal const int MutantsOfSeed = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Engine _engine = new(new EngineOptions { CallThreads = 1 });
    private readonly MutantRun _run = new();

    internal Verdict Try(ulong seed)
    {
        var mutants = Mutator.Mutants(seed, MutantsOfSeed);
        var verdict = new Verdict { Mutants = mutants.Length };
        if (oracle.Validate(mutants) is not { } reasons)
        {
            return verdict;
        }
        for (var i = 0; i < mutants.Length; i++)
        {
            if (Difference(mutants[i], reasons[i]) is { } difference)
            {
                verdict.Differences.Add($"mutant {i}", difference);
            }
        }
        return verdict;
    }

    public void Dispose()
    {
        _run.Dispose();
        _engine.Dispose();
    }

    /// <param name="reason">Why V8 refuses the module; null if it is valid.</param>
    private string? Difference(byte[] mutant, string? reason)
    {
        // The process's, since the machine may be busy with other things.
        var start = Environment.CpuUsage.TotalTime;
        try
        {
            _engine.Compile(mutant).Dispose();
            if (reason is not null && !OwnLimit().IsMatch(reason))
            {
                return $"accepted, and V8 says: {reason}";
            }
        }
        catch (InvalidModuleException invalid)
        {
            if (reason is null && invalid.Reason is InvalidModuleReason.Malformed or InvalidModuleReason.Invalid)
            {
                return $"V8 accepts it: {invalid.Message}";
            }
        }
        catch (Exception failure)
        {
            return $"error: {failure}";
        }
        var time = Environment.CpuUsage.TotalTime - start;
        if (reason is null && _run.Failure(mutant) is { } escaped)
        {
            return escaped;
        }
        return time > Patience ? $"slow: {time.TotalSeconds:F1} s of CPU time" : null;
    }

    /// <summary>What V8 refuses for its own limits, or for a feature that it reads and we do not.</summary>
    [GeneratedRegex("limit|exceeds|larger than|too (many|large|big)|maximum")]
    private static partial Regex OwnLimit();
}
