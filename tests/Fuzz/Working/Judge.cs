using System.Security.Cryptography;
using Tapedeck.Fuzz.Oracles;
using Tapedeck.Fuzz.Playing;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Working;

/// <summary>Plays scenarios on V8 and on the engine in every configuration, and compares.</summary>
internal sealed class Judge(Oracle oracle, Configuration[] configurations) : IDisposable
{
    private readonly (Configuration Configuration, Engine Engine)[] _engines =
        [.. configurations.Select(static configuration => (configuration, new Engine(configuration.Options)))];

    /// <summary>What V8 made of it and what differed, or null where V8 does not answer.</summary>
    internal (Outcome Expected, Dictionary<string, string> Differences)? Try(Scenario scenario)
    {
        if (oracle.Play(scenario) is not { } expected)
        {
            return null;
        }
        var differences = new Dictionary<string, string>();
        Outcome? first = null;
        foreach (var (configuration, engine) in _engines)
        {
            var actual = Play(configuration, engine, scenario, out var failure);
            // V8's kinds of traps are fewer than ours, so the configurations are compared with one another as well.
            if ((failure ?? Comparison.FirstDifference(scenario, expected, actual!) ?? (first is null ? null : Comparison.FirstDifference(scenario, first, actual!))) is { } difference)
            {
                differences.Add(configuration.Name, difference);
            }
            first ??= actual;
        }
        return (expected, differences);
    }

    public void Dispose()
    {
        foreach (var (_, engine) in _engines)
        {
            engine.Dispose();
        }
    }

    /// <summary>Somewhere in the first milliseconds, for one scenario in three; the same for the same scenario.</summary>
    private static TimeSpan? Disturbance(Configuration configuration, Scenario scenario)
    {
        var chance = BitConverter.ToUInt32(SHA256.HashData([.. scenario.Module, (byte)configuration.Name.Length]));
        return chance % 3 == 0 ? TimeSpan.FromMicroseconds(chance / 3 % 3_000) : null;
    }

    private static Outcome? Play(Configuration configuration, Engine engine, Scenario scenario, out string? failure)
    {
        failure = null;
        try
        {
            return EngineRun.Play(engine, scenario, configuration.IsDirect, Disturbance(configuration, scenario));
        }
        catch (Exception exception)
        {
            failure = $"error: {exception}";
            return null;
        }
    }
}
