using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Tapedeck.Operator.Tests.Install;

/// <summary>Alerts and dashboard ask for what is measured, and each alert says where to read on.</summary>
public sealed partial class MonitoringTests
{
    private static readonly JsonObject[] Alerts =
        [.. Of("alerts")["spec"]!["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!.AsObject())];

    private static readonly JsonObject Dashboard = JsonNode.Parse(Of("dashboard")["data"]!["tapedeck.json"]!.GetValue<string>())!.AsObject();

    [Fact]
    public void Every_alert_has_a_runbook_and_every_runbook_an_alert()
    {
        var chapters = Chapter().Matches(Repository.Read("docs", "runbooks.md")).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(chapters.Order(), Alerts.Select(alert => alert["alert"]!.GetValue<string>()).Order());
        Assert.All(Alerts, alert =>
        {
            Assert.Equal($"docs/runbooks.md#{alert["alert"]!.GetValue<string>().ToLowerInvariant()}", alert["annotations"]!["runbook_url"]!.GetValue<string>());
            Assert.Contains(alert["labels"]!["severity"]!.GetValue<string>(), new[] { "critical", "warning", "info" });
            Assert.NotNull(alert["for"]);
        });
    }

    [Fact]
    public void What_is_asked_for_is_measured()
    {
        var measured = new[] { "operator", "runtime" }.Select(folder => Path.Combine(Repository.Root, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value.Replace('.', '_')).ToHashSet();
        string[] expressions = [.. Alerts.Select(alert => alert["expr"]!.GetValue<string>()), .. Dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => target!["expr"]!.GetValue<string>())];
        string[] asked = [.. expressions.SelectMany(expression => Metric().Matches(expression)).Select(match => match.Value).Distinct()];
        Assert.True(asked.Length > 10);
        Assert.Empty(asked.Where(name => !measured.Contains(Suffix().Replace(name, ""))));
    }

    [ProgramFact("prometheus", "promtool")]
    public async Task Each_alert_fires_when_it_should_and_not_before()
    {
        var folder = Directory.CreateTempSubdirectory("alerts-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "rules.yaml"), Of("alerts")["spec"]!.ToJsonString());
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "alerts.yaml"), Repository.Read("tests", "Operator.Tests", "Install", "alerts.yaml"));
            Assert.Equal("", await PromtoolAsync(folder, "test", "rules", "alerts.yaml"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [ProgramFact("prometheus", "promtool")]
    public async Task What_the_dashboard_asks_is_understood()
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-");
        try
        {
            // Grafana puts a range in place of its variable.
            var rules = Dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray())
                .Select((target, i) => new JsonObject { ["record"] = $"panel:{i}", ["expr"] = target!["expr"]!.GetValue<string>().Replace("$__rate_interval", "5m", StringComparison.Ordinal) });
            var group = new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "dashboard", ["rules"] = new JsonArray([.. rules]) }) };
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "rules.yaml"), group.ToJsonString());
            Assert.Equal("", await PromtoolAsync(folder, "check", "rules", "rules.yaml"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What it complains of; empty where of nothing.</summary>
    private static async Task<string> PromtoolAsync(DirectoryInfo folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(DebianProgram.Find("promtool")!, arguments) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? "" : $"{await output}{await error}";
    }

    private static JsonObject Of(string file) => Manifests.Read(Repository.Read("config", "monitoring", $"{file}.yaml")).Single();

    [GeneratedRegex("^## (\\w+)$", RegexOptions.Multiline)]
    private static partial Regex Chapter();

    [GeneratedRegex("Create(?:Observable)?(?:Gauge|Counter|UpDownCounter|Histogram)(?:<\\w+>)?\\(\"([a-z.]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex("\\b(?:tapedeck|kube)_[a-z_]+")]
    private static partial Regex Metric();

    /// <summary>What the exposition adds: <see href="https://prometheus.io/docs/practices/naming/"/>.</summary>
    [GeneratedRegex("(_seconds|_bytes)?(_total|_bucket|_count|_sum)?$")]
    private static partial Regex Suffix();
}
