using System.Text.RegularExpressions;
using Tapedeck.Operator.Artifacts;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>What a scraper sees.</summary>
[Collection(ApiServerCollection.Name)]
public sealed partial class MetricsTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 1";

    [ApiServerFact]
    public async Task What_is_so_is_measured_and_what_is_gone_is_not()
    {
        await using var stage = await Stage.OpenAsync(server);
        stage.Registry = request => request.Source.Repository.Contains("lost", StringComparison.Ordinal)
            ? new Resolution.Failed(ResolutionFailure.NotResolved, "NotFound", "no such tag", IsRetryable: false)
            : Given.Found(request.Inputs);
        await stage.ServeAsync(Plain);
        await stage.ApplyAsync(Kinds.WasmTools, "lost", Plain.Replace("acme/weather", "acme/lost", StringComparison.Ordinal));
        await stage.ConditionAsync("Stalled", "True/NotFound", name: "lost");
        await Eventually.Is("the caches know it", () => Task.FromResult(Value(stage, "tapedeck_operator_tools{condition=\"Stalled\",status=\"True\"}") == 1));
        Assert.Equal(1, Value(stage, "tapedeck_operator_leader"));
        Assert.Equal(2, Value(stage, "tapedeck_operator_workers"));
        Assert.Equal(1, Value(stage, $"tapedeck_operator_tool_ready{{namespace=\"{stage.Namespace}\",tool=\"weather\"}}"));
        Assert.Equal(0, Value(stage, $"tapedeck_operator_tool_ready{{namespace=\"{stage.Namespace}\",tool=\"lost\"}}"));
        Assert.Equal(0, Value(stage, "tapedeck_operator_queue_depth{queue=\"wasmtools\"}"));
        Assert.True(Value(stage, "tapedeck_operator_registry_duration_seconds_count{result=\"NotFound\"}") >= 1);
        Assert.True(Value(stage, "kube_controller_reconcile_duration_seconds_count{controller=\"wasmtools\",outcome=\"again\"}") >= 1);
        Assert.True(Value(stage, "kube_client_request_duration_seconds_count{code=\"200\",resource=\"wasmtools.tapedeck.dev\",verb=\"apply\"}") >= 1, stage.Telemetry.Text());
        Assert.InRange(Value(stage, "tapedeck_operator_watch_age_seconds{resource=\"wasmtools.tapedeck.dev\"}")!.Value, 0, 120);
        Assert.All(stage.Telemetry.Text().TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
        await stage.DeleteAsync(Kinds.WasmTools, "lost");
        await Eventually.Is("its series are gone", () => Task.FromResult(!stage.Telemetry.Text().Contains("tool=\"lost\"", StringComparison.Ordinal)));
    }

    private static double? Value(Stage stage, string series) => stage.Telemetry.Text().Split('\n')
        .Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
        .Select(line => (double?)double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture)).SingleOrDefault();

    /// <summary><see href="https://prometheus.io/docs/instrumenting/exposition_formats/"/></summary>
    [GeneratedRegex("^(# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\\{([a-z_]+=\"[^\"]*\",?)*\\})? [0-9.E+-]+)$")]
    private static partial Regex Line();
}
