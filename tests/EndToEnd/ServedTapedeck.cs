using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Tapedeck.EndToEnd;

/// <summary><c>tapedeck serve</c> on a free port, until it is disposed of.</summary>
internal sealed partial class ServedTapedeck : IAsyncDisposable
{
    private ServedTapedeck(Process process, Uri mcp, Uri? operations, IEnumerable<string> log)
    {
        Log = log;
        Operations = operations;
        Process = process;
        Mcp = mcp;
    }

    internal Process Process { get; }

    internal Uri Mcp { get; }

    /// <summary>Null where they are served nowhere.</summary>
    internal Uri? Operations { get; }

    /// <summary>The lines on standard error; all of them once the process has ended and was waited for.</summary>
    internal IEnumerable<string> Log { get; }

    internal Uri Page => new(Mcp, "/");

    internal static Task<ServedTapedeck> StartAsync(params string[] arguments) => StartInAsync(Tapedeck.Root, arguments);

    internal static Task<ServedTapedeck> StartInAsync(string folder, params string[] arguments) => StartInAsync(folder, [], arguments);

    /// <param name="variables">Of the environment, besides those that are there.</param>
    internal static Task<ServedTapedeck> StartInAsync(string folder, Dictionary<string, string> variables, params string[] arguments) => StartByAsync(Tapedeck.Dotnet, folder, variables, arguments);

    /// <param name="dotnet">The command that runs a program of .NET.</param>
    internal static async Task<ServedTapedeck> StartByAsync(string[] dotnet, string folder, Dictionary<string, string> variables, string[] arguments)
    {
        var process = Tapedeck.StartIn(folder, ["serve", .. arguments.Contains("--listen") ? Array.Empty<string>() : ["--listen", "127.0.0.1:0"], .. arguments.Contains("--cache") ? Array.Empty<string>() : ["--cache", "none"], .. arguments], variables, dotnet);
        var log = new ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (Address().Match(line) is { Success: true } match)
            {
                var operations = OperationsAddress().Match(await process.StandardOutput.ReadLineAsync(patience.Token) ?? "");
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new ServedTapedeck(process, new Uri(match.Groups[1].Value), operations.Success ? new Uri(operations.Groups[1].Value) : null, log);
            }
        }
        throw new InvalidOperationException("serve has ended before it said where it serves");
    }

    /// <summary>Sends SIGTERM, as Kubernetes does.</summary>
    internal async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            await TerminateAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await Process.WaitForExitAsync(patience.Token);
        }
        Process.Dispose();
    }

    [GeneratedRegex("^Health, status and metrics are at (.*)$")]
    private static partial Regex OperationsAddress();

    [GeneratedRegex("^MCP is served at (.*)$")]
    private static partial Regex Address();
}
