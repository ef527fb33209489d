using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace Tapedeck.Node.Tests;

/// <summary>The node that <c>tests/Cluster/e2e.sh</c> brought up, in whose network namespace this process runs.</summary>
public sealed class TestNode : IDisposable
{
    /// <summary>Of the node's state; null where there is no node.</summary>
    internal static readonly string? Folder = Environment.GetEnvironmentVariable("TAPEDECK_NODE");

    internal const string Namespace = "tools";

    /// <summary>Where the operator runs.</summary>
    internal const string System = "tapedeck-system";

    /// <summary>Of what takes the longest: a pod that is started anew.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private string? _failed;

    internal Kubectl Kubectl { get; } = new(Folder ?? "");

    internal Registry Registry { get; } = new();

    internal WebServer Web { get; } = new(Folder ?? "");

    /// <summary>Runs a step, unless one before it failed: what follows would only say so again, and slowly.</summary>
    internal async Task StepAsync(string name, Func<Task> step)
    {
        Assert.True(_failed is null, $"the step before failed: {_failed}");
        _failed = name;
        await step();
        _failed = null;
    }

    /// <summary>Waits until something is so, and says how long that took.</summary>
    /// <param name="look">Null where it is so, else what there is instead.</param>
    internal static async Task<TimeSpan> UntilAsync(string what, Func<Task<string?>> look)
    {
        var start = Stopwatch.GetTimestamp();
        while (await look() is { } instead)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"{what}: not after {Patience.TotalSeconds} s; {instead}");
            await Task.Delay(100);
        }
        return Stopwatch.GetElapsedTime(start);
    }

    internal Task<TimeSpan> UntilConditionAsync(string tool, string type, string status, string reason) => UntilAsync($"{tool} {type} {status} {reason}", async () =>
    {
        var found = await ConditionAsync(tool, type);
        return found is not null && found["status"]!.GetValue<string>() == status && found["reason"]!.GetValue<string>() == reason ? null : $"it is {found?.ToJsonString() ?? "not there"}";
    });

    internal async Task<JsonNode?> ConditionAsync(string tool, string type)
    {
        var found = await Kubectl.FindAsync(Namespace, "wasmtool", tool);
        // What was said of an older spec says nothing.
        return found?["status"]?["observedGeneration"]?.GetValue<long>() != found?["metadata"]?["generation"]?.GetValue<long>() ? null
            : found?["status"]?["conditions"]?.AsArray().SingleOrDefault(condition => condition!["type"]!.GetValue<string>() == type);
    }

    internal async Task<IReadOnlyList<Pod>> PodsAsync(string @namespace, string selector) =>
        [.. (await Kubectl.ListAsync(@namespace, "pods", selector)).Select(pod => new Pod(pod))];

    internal Task<IReadOnlyList<Pod>> PodsAsync(string tool) => PodsAsync(Namespace, $"tapedeck.dev/tool={tool}");

    /// <summary>A line of what was measured, which <c>make e2e</c> prints at its end.</summary>
    /// <param name="most">What was aimed at. A figure depends on the machine and the minute, so it is compared here in print, and fails nothing.</param>
    internal static void Measured(string what, double value, string unit, double? most = null)
    {
        var aim = most is null ? "" : string.Create(CultureInfo.InvariantCulture, $"   aimed at: at most {most:0.#}, {(value <= most ? "kept" : "MISSED")}");
        var line = string.Create(CultureInfo.InvariantCulture, $"{what,-70} {value,8:0.0} {unit,-3}{aim}");
        File.AppendAllText(Path.Combine(Folder!, "measured"), $"{line.TrimEnd()}\n");
    }

    public void Dispose()
    {
        Registry.Dispose();
        Web.Dispose();
    }
}
