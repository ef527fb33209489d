using System.Text.Json;

namespace Tapedeck.Conformance.Wasi;

/// <summary>How a program of the suite is run, and what is to come of it: the <c>.json</c> beside it
/// (<see href="https://github.com/WebAssembly/wasi-testsuite/blob/main/doc/specification.md"/>).</summary>
internal sealed record Expectation
{
    internal string? Root { get; private init; }
    internal string[] Arguments { get; private init; } = [];
    internal KeyValuePair<string, string>[] Environment { get; private init; } = [];
    internal int ExitCode { get; private init; }

    /// <summary>Null where nothing is said of it.</summary>
    internal string? Stdout { get; private init; }

    internal static Expectation Parse(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new Expectation
        {
            Root = root.TryGetProperty("root", out var folder) ? folder.GetString() : null,
            Arguments = root.TryGetProperty("args", out var args) ? [.. args.EnumerateArray().Select(static arg => arg.GetString()!)] : [],
            Environment = root.TryGetProperty("env", out var env)
                ? [.. env.EnumerateObject().Select(static variable => KeyValuePair.Create(variable.Name, variable.Value.GetString()!))]
                : [],
            ExitCode = root.TryGetProperty("exit_code", out var code) ? code.GetInt32() : 0,
            Stdout = root.TryGetProperty("stdout", out var stdout) ? stdout.GetString() : null,
        };
    }
}
