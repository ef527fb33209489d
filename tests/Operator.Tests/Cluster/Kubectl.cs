using System.Diagnostics;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>kubectl, as users have it.</summary>
internal static class Kubectl
{
    internal static bool IsThere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "kubectl")));

    /// <summary>What it writes to standard output; where it fails, the test does.</summary>
    internal static async Task<string> RunAsync(string kubeconfig, params string[] arguments)
    {
        var (code, output, error) = await TryAsync(kubeconfig, arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: {error}");
        return output;
    }

    internal static async Task<(int Code, string Output, string Error)> TryAsync(string kubeconfig, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
