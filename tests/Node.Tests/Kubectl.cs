using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Tapedeck.Node.Tests;

/// <summary>The node's API, as people use it.</summary>
internal sealed class Kubectl(string folder)
{
    internal Task ApplyAsync(string yaml) => RunAsync(yaml, "apply", "-f", "-");

    internal Task DeleteAsync(string @namespace, string kind, params string[] names) => RunAsync(null, ["-n", @namespace, "delete", kind, .. names]);

    internal async Task<JsonNode?> FindAsync(string @namespace, string kind, string name) =>
        await RunAsync(null, "-n", @namespace, "get", kind, name, "--ignore-not-found", "-o", "json") is { Length: > 0 } json ? JsonNode.Parse(json) : null;

    internal async Task<IReadOnlyList<JsonNode>> ListAsync(string @namespace, string kind, string selector) =>
        [.. JsonNode.Parse(await RunAsync(null, "-n", @namespace, "get", kind, "-l", selector, "-o", "json"))!["items"]!.AsArray().Select(item => item!)];

    /// <returns>What it wrote.</returns>
    internal async Task<string> RunAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", Path.Combine(folder, "kubeconfig"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {await error}");
        return output;
    }
}
