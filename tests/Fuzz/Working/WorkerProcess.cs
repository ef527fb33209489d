using System.Diagnostics;
using System.Text.Json;
using Tapedeck.Fuzz.Playing;

namespace Tapedeck.Fuzz.Working;

/// <summary>A <see cref="Worker"/> in a process of its own, seen from outside.</summary>
/// <param name="arguments">Its arguments: how small pieces of split functions are, then the configurations it is to try, or none for all.</param>
/// <param name="isHasty">Let code climb through all tiers, and loops be replaced while they run, within the few calls that a module gets.</param>
internal sealed class WorkerProcess(bool isHasty, params string[] arguments) : IDisposable
{
    internal const string Seed = "seed";
    internal const string Bytes = "bytes";
    internal const string Scenario = "scenario";

    // The runtime's own settings; the numbers are hexadecimal.
    private static readonly Dictionary<string, string> Haste = new()
    {
        ["DOTNET_TC_CallCountThreshold"] = "1",
        ["DOTNET_TC_CallCountingDelayMs"] = "0",
        ["DOTNET_TC_BackgroundWorkerTimeoutMs"] = "0",
        ["DOTNET_TC_OnStackReplacement_InitialCounter"] = "1",
        ["DOTNET_OSR_HitLimit"] = "1",
    };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private Process? _process;
    private Task<string>? _errors;

    /// <summary>What the worker says. Where it dies or hangs, that is the difference.</summary>
    internal Verdict Ask(string verb, string argument)
    {
        _process ??= Start();
        try
        {
            _process.StandardInput.WriteLine($"{verb} {argument}");
            _process.StandardInput.Flush();
            var line = _process.StandardOutput.ReadLineAsync();
            if (!line.Wait(Patience))
            {
                return Lost("hang: no answer");
            }
            if (line.Result is { } answer)
            {
                return JsonSerializer.Deserialize<Verdict>(answer, ScenarioJson.Options)!;
            }
        }
        catch (IOException)
        {
            // The process is gone.
        }
        return Lost("crash");
    }

    public void Dispose() => Stop();

    private Verdict Lost(string how)
    {
        var process = _process!;
        if (how == "crash")
        {
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }
        var code = process.HasExited ? $" with exit code {process.ExitCode}" : "";
        var errors = _errors!;
        Stop();
        var text = string.Join('\n', errors.Wait(TimeSpan.FromSeconds(5)) ? errors.Result.Split('\n').Take(12) : []);
        return new Verdict { Differences = { ["process"] = $"{how}{code}\n{text}" } };
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, CommandLine())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in isHasty ? Haste : [])
        {
            start.Environment[name] = value;
        }
        var process = Process.Start(start)!;
        _errors = process.StandardError.ReadToEndAsync();
        return process;
    }

    private IEnumerable<string> CommandLine()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Tapedeck.Fuzz.dll");
        return Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [program, "--worker", .. arguments] : ["--worker", .. arguments];
    }

    private void Stop()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
        }
        _process?.Dispose();
        _process = null;
    }
}
