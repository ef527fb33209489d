using System.Diagnostics;
using System.Reflection;
using Tapedeck.Bench.Workers;

namespace Tapedeck.Bench;

/// <summary>Runs what is measured, on either engine, in a process of its own.</summary>
internal sealed class Child(string node)
{
    /// <summary>V8 without its baseline compiler: all code is optimised at its first call.</summary>
    internal static readonly string[] OnlyOptimised = ["--no-liftoff"];

    private readonly string _script = Path.Combine(AppContext.BaseDirectory, "v8.mjs");

    internal bool Failed { get; private set; }

    internal Figures V8(IEnumerable<string> flags, params IEnumerable<object> arguments) => Run(node, [.. flags, _script, .. arguments]);

    internal Figures Ours(params IEnumerable<object> arguments) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? Run(Environment.ProcessPath!, [Assembly.GetExecutingAssembly().Location, Worker.Command, .. arguments])
            : Run(Environment.ProcessPath!, [Worker.Command, .. arguments]);

    internal string NodeVersion()
    {
        using var process = Start(node, ["--version"]);
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private Figures Run(string file, params IEnumerable<object> arguments)
    {
        using var process = Start(file, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        if (process.ExitCode == 0)
        {
            return new(lines.Select(l => l.Split('\t', 2)).Where(l => l.Length == 2).ToDictionary(l => l[0], l => l[1]));
        }
        Fail($"{Path.GetFileName(file)} {string.Join(' ', process.StartInfo.ArgumentList)}: {errors.Result.Trim()}");
        return new(new Dictionary<string, string>());
    }

    internal void Fail(string message)
    {
        Console.Error.WriteLine(message);
        Failed = true;
    }

    private static Process Start(string file, IEnumerable<object> arguments) =>
        Process.Start(new ProcessStartInfo(file, arguments.Select(a => $"{a}")) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
