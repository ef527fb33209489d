namespace Tapedeck.Fuzz;

/// <summary>What the command line asks for.</summary>
internal sealed record FuzzOptions
{
    internal const string Usage = """
        dotnet run --project tests/Fuzz -- [--seconds N] [--seed N] [--count N] [--bytes] [--jobs N]
          compares generated modules with V8 for N seconds (default 60) or modules, from a seed on (default: by the clock)
          --bytes          damages the bytes of modules, and compares which are modules still
          --reduce SEED    makes the module of a seed as small as it still differs
          --export SEED NAME | --export FILE NAME
                           keeps the module of a seed, or a finding, as a regression case
        """;

    internal int Seconds { get; private init; } = 60;
    internal ulong? Seed { get; private init; }
    internal ulong Count { get; private init; } = ulong.MaxValue;
    internal int Jobs { get; private init; } = 1;
    internal bool IsBytes { get; private init; }
    internal ulong? Reduce { get; private init; }
    internal string? Export { get; private init; }
    internal string Name { get; private init; } = "";
    internal string[]? Worker { get; private init; }

    /// <exception cref="FormatException">The arguments are not understood.</exception>
    internal static FuzzOptions Parse(string[] arguments)
    {
        var options = new FuzzOptions();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var name))
        {
            string Next() => rest.TryDequeue(out var value) ? value : throw new FormatException($"{name} needs a value");
            options = name switch
            {
                "--seconds" => options with { Seconds = int.Parse(Next()) },
                "--seed" => options with { Seed = ulong.Parse(Next()) },
                "--count" => options with { Count = ulong.Parse(Next()), Seconds = int.MaxValue },
                "--jobs" => options with { Jobs = int.Parse(Next()) },
                "--bytes" => options with { IsBytes = true },
                "--reduce" => options with { Reduce = ulong.Parse(Next()) },
                "--export" => options with { Export = Next(), Name = Next() },
                "--worker" => options with { Worker = [.. rest] },
                _ => throw new FormatException($"unknown: {name}\n{Usage}"),
            };
            if (options.Worker is not null)
            {
                break;
            }
        }
        return options;
    }
}
