using System.Diagnostics;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Tests.Cluster;
using Xunit;

namespace Tapedeck.Operator.Tests.Install;

/// <summary>Renders the chart: with the helm on PATH, else with what tests/Cluster/Chart/build.sh made.</summary>
internal static class HelmTemplate
{
    internal static string Chart { get; } = Path.Combine(Repository.Root, "charts", "tapedeck");

    /// <summary>Why nothing is rendered; null where it is.</summary>
    internal static string? Missing { get; } = Program is not null ? null : "THE HELM CHART IS NOT RENDERED: run tests/Cluster/Chart/build.sh once, or have helm on the PATH.";

    private static string? Program => Kept.Program("helm", Path.Combine(Kept.Folder("CHART_HOME", "chart"), "helm-template"));

    /// <summary>The objects that an installation with these values makes, as the release tapedeck in the namespace tapedeck-system.</summary>
    internal static async Task<JsonObject[]> ObjectsAsync(string values = "{}") => Manifests.Read(await TextAsync(values));

    internal static async Task<string> TextAsync(string values = "{}", params string[] more)
    {
        var (code, output, error) = await TryAsync(values, more);
        Assert.True(code == 0, error);
        return output;
    }

    /// <param name="values">In JSON, which is YAML.</param>
    internal static async Task<(int Code, string Output, string Error)> TryAsync(string values, params string[] more)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, values);
            string[] arguments = ["template", "tapedeck", Chart, "--namespace", "tapedeck-system", "--values", file, .. more];
            using var process = Process.Start(new ProcessStartInfo(Program!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

/// <summary>A test that renders the chart, and says so where nothing can.</summary>
public sealed class ChartFactAttribute : FactAttribute
{
    public ChartFactAttribute() => Skip = HelmTemplate.Missing;
}

/// <inheritdoc cref="ChartFactAttribute"/>
public sealed class ChartTheoryAttribute : TheoryAttribute
{
    public ChartTheoryAttribute() => Skip = HelmTemplate.Missing;
}
