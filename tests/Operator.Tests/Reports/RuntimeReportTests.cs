using System.Text;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Reports;

public sealed class RuntimeReportTests
{
    private const string Answer = """
        {"ready": true, "tools": [{"name": "team-a/weather", "policy": {"generation": 4}, "artifact": {"digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         "bytes": 1234, "imports": ["wasi:cli/environment@0.2.0"]}, "requestedCapabilities": ["http:api.example"], "missingCapabilities": ["http:api.example"], "toolsHash": "abc",
         "tools": [{"name": "forecast"}, {"name": "history"}]}]}
        """;

    [Fact]
    public void What_a_runtime_says_is_in_the_status()
    {
        var observed = Given.Observed(Given.Tool(Given.Plain), Given.Found) with { Deployment = Given.Deployment(1, 1, 1), Pods = new(RuntimeReport.Read(Encoding.UTF8.GetBytes(Answer), "team-a/weather", null), null) };
        var status = StatusMaking.Status(observed, Planning.Plan(observed, Given.Settings), new Applied([], observed.Deployment), Given.Now);
        Assert.Equal("{\"count\":2,\"names\":[\"forecast\",\"history\"],\"truncated\":false,\"hash\":\"abc\"}", status["tools"]!.ToJsonString());
        Assert.Equal("[\"http:api.example\"]", status["missingCapabilities"]!.ToJsonString());
        Assert.Contains("\"reason\":\"MissingCapabilities\",\"message\":\"the component asks for what no policy grants: http:api.example\"", status.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(1234, status["artifact"]!["size"]!.GetValue<long>());
        // An operator that starts anew, and has asked nobody yet, says the same.
        var again = Given.Observed(Given.Tool(Given.Plain, status: status), Given.Pending) with { Deployment = Given.Deployment(1, 1, 1) };
        var after = StatusMaking.Status(again, Planning.Plan(again, Given.Settings), new Applied([], again.Deployment), Given.Now);
        Assert.Equal(status["tools"]!.ToJsonString(), after["tools"]!.ToJsonString());
        Assert.Equal(status["artifact"]!.ToJsonString(), after["artifact"]!.ToJsonString());
    }

    [Fact]
    public void What_a_runtime_lacks_is_read()
    {
        var report = RuntimeReport.Read("""{"problems": ["a"], "tools": [{"name": "a", "policy": {"generation": 1, "unavailable": ["b", "c"]}, "artifact": {}}]}"""u8, "a", null)!;
        Assert.Equal(("a", "b c"), (string.Join(' ', report.Problems), string.Join(' ', report.Unavailable)));
    }

    [Fact]
    public void What_a_runtime_enforces_has_a_number_and_a_text()
    {
        Assert.Equal(new(7, "ab"), RuntimeReport.Read("""{"tools": [{"name": "a", "policy": {"generation": 7, "hash": "ab"}, "artifact": {}}]}"""u8, "a", null)!.Policy);
        Assert.Equal(new(7, ""), RuntimeReport.Read("""{"tools": [{"name": "a", "policy": {"generation": 7}, "artifact": {}}]}"""u8, "a", null)!.Policy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"tools\": {}}")]
    [InlineData("{\"tools\": []}")]
    [InlineData("{\"tools\": [1]}")]
    [InlineData("{\"tools\": [{\"name\": \"a\"}]}")]
    [InlineData("{\"tools\": [{\"name\": \"b\", \"artifact\": {}}]}")]
    [InlineData("{\"tools\": [{\"artifact\": {}}]}")]
    public void What_is_no_answer_is_none(string answer) => Assert.Null(RuntimeReport.Read(Encoding.UTF8.GetBytes(answer), "a", null));
}
