using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Tapedeck.Kube.Config;

namespace Tapedeck.Plugin.Calls;

/// <summary>A way to a Service from this machine: <c>kubectl port-forward</c>, which is there, since this program is started by kubectl.
/// RATIONALE.md, "Why does the plugin start kubectl?"</summary>
internal sealed partial class Forwarding : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private Forwarding(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>On loopback.</summary>
    internal int Port { get; }

    /// <param name="kubectl">A path, or a name that is looked for in PATH.</param>
    /// <param name="arguments">After <c>port-forward</c>: where from, and the Service with its port.</param>
    /// <exception cref="CallException">There is no way.</exception>
    internal static async Task<Forwarding> OpenAsync(string kubectl, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var program = Path.IsPathRooted(kubectl) ? kubectl
            : ProgramPath.Find(kubectl, Environment.GetEnvironmentVariable("PATH")) ?? throw new CallException($"{kubectl} is in no folder of PATH; --url calls without it");
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, ["port-forward", "--address", "127.0.0.1", .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        var isOpen = false;
        try
        {
            // The user's own kubectl, with the user's own kubeconfig. No shell reads the arguments.
#pragma warning disable RS0030
            process.Start();
#pragma warning restore RS0030
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            while (await process.StandardOutput.ReadLineAsync(either.Token) is { } line)
            {
                if (Said().Match(line) is { Success: true } match)
                {
                    isOpen = true;
                    return new Forwarding(process, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
                }
            }
            throw new CallException($"kubectl port-forward ended: {(await errors).Trim()}");
        }
        catch (Win32Exception error)
        {
            throw new CallException($"{kubectl} cannot be started: {error.Message}; --url calls without it");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CallException($"kubectl port-forward found no way within {Patience.TotalSeconds:0} s");
        }
        finally
        {
            if (!isOpen)
            {
                await EndAsync(process);
            }
        }
    }

    public ValueTask DisposeAsync() => EndAsync(_process);

    private static async ValueTask EndAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // It never began, or has ended.
        }
        process.Dispose();
    }

    [GeneratedRegex(@"^Forwarding from 127\.0\.0\.1:(\d+) -> ")]
    private static partial Regex Said();
}
