using Tapedeck.Wasm;

namespace Tapedeck.Conformance;

/// <summary>The command line.</summary>
internal sealed record Options
{
    internal const string Usage = """
        usage: dotnet run --project tests/Conformance -- SUITE DIR_OR_TGZ [options]
          SUITE                             wasm-core, component-model, sigstore, wasi
          --back-end automatic|assembly|lazy  which back end compiles (default: automatic)
          --lifetime tiered|collectible       how long compiled code lives (default: tiered)
          --split N                           split functions of more than about N blocks
          --only TEXT                         only scripts whose path contains TEXT
          --jobs N                            scripts at a time (default: one a core)
        """;

    internal required string Suite { get; init; }
    internal required string Data { get; init; }
    internal BackEnd BackEnd { get; private set; } = new EngineOptions().BackEnd;
    internal CodeLifetime Lifetime { get; private set; } = new EngineOptions().Lifetime;
    internal int SplitThreshold { get; private set; } = new EngineOptions().SplitThreshold;
    internal string Only { get; private set; } = "";
    internal int Jobs { get; private set; } = Environment.ProcessorCount;

    /// <summary>The suite's name, with the options that change what runs.</summary>
    internal string Title { get; private set; } = "";

    internal static Options Parse(string[] args)
    {
        if (args.Length < 2 || args.Length % 2 != 0)
        {
            throw new UsageException("a suite, its data, and options with their values are expected");
        }
        var options = new Options { Suite = args[0], Data = args[1] };
        var words = new List<string>();
        for (var i = 2; i < args.Length; i += 2)
        {
            options.Set(args[i], args[i + 1], words);
        }
        options.Title = words.Count == 0 ? options.Suite : $"{options.Suite} ({string.Join(", ", words)})";
        return options;
    }

    private void Set(string option, string value, List<string> words)
    {
        switch (option)
        {
            case "--back-end":
                BackEnd = Enumeration<BackEnd>(option, value);
                words.Add(value);
                break;
            case "--lifetime":
                Lifetime = Enumeration<CodeLifetime>(option, value);
                words.Add(value);
                break;
            case "--split":
                SplitThreshold = Number(option, value);
                words.Add($"split {value}");
                break;
            case "--only":
                Only = value;
                words.Add($"only {value}");
                break;
            case "--jobs":
                Jobs = Number(option, value);
                break;
            default:
                throw new UsageException($"there is no option '{option}'");
        }
    }

    private static T Enumeration<T>(string option, string value) where T : struct, Enum =>
        Enum.TryParse<T>(value, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed)
            ? parsed
            : throw new UsageException($"{option} cannot be '{value}'");

    private static int Number(string option, string value) =>
        int.TryParse(value, out var parsed) && parsed > 0 ? parsed : throw new UsageException($"{option} cannot be '{value}'");
}
