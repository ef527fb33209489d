using Tapedeck.Components;
using Tapedeck.Manifest.Reading;
using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Reading;
using Tapedeck.Server.Tools;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Server.Tests.Tools;

/// <summary>Which functions of a component are served, and as what.</summary>
public sealed class ToolsetTests
{
    private const string First = "acme:weather/forecasts@1.0.0#today";
    private const string Second = "acme:weather/forecasts@2.0.0#today";
    private const string Collision = $"{First} and {Second} would both be called forecasts_today; in spec.tools rename or exclude one of them, by the name that it has here";

    /// <summary>spec.tools, the tools that are served with their exports, the problems.</summary>
    public static TheoryData<string, string, string> OfTwins => new()
    {
        { "{}", $"forecasts_today={First} forecasts_today={Second}", Collision },
        { "{rename: {forecasts_today: now}}", $"now={First} now={Second}", Collision.Replace("forecasts_today", "now", StringComparison.Ordinal) },
        { "{exclude: [forecasts_today]}", "", "" },
        { $"{{rename: {{'{Second}': today-v2}}}}", $"forecasts_today={First} today-v2={Second}", "" },
        { $"{{rename: {{forecasts_today: now, '{Second}': later}}}}", $"later={Second} now={First}", "" },
        { $"{{exclude: ['{First}']}}", $"forecasts_today={Second}", "" },
        { $"{{include: ['{First}']}}", $"forecasts_today={First}", "" },
        { $"{{include: ['{First}'], exclude: [forecasts_today]}}", $"forecasts_today={First}", "" },
        { $"{{include: [forecasts_today], exclude: ['{First}'], prefix: a_}}", $"a_forecasts_today={Second}", "" },
        { $"{{exclude: ['{Second}0'], include: ['{First}']}}", $"forecasts_today={First}", $"spec.tools.exclude names {Second}0, which the component does not export" },
        { $"{{exclude: ['{First}'], overrides: {{forecasts_today: {{description: both}}, '{Second}': {{description: second}}}}}}", $"forecasts_today={Second}: second", "" },
    };

    [Theory]
    [MemberData(nameof(OfTwins))]
    public void Of_two_functions_of_one_name(string spec, string served, string problems) => AssertMakes(HandMade.Twins(), spec, served, problems);

    [Theory]
    [InlineData("{exclude: [f]}", "")]
    [InlineData("{include: [f]}", "spec.tools.include names f, which cannot be served: its schemas are 83 levels deep, more than 48, and clients could not read the list of tools with them")]
    public void Of_a_function_that_cannot_be_served(string spec, string problems) => AssertMakes(HandMade.Nested(40), spec, "", problems);

    private static void AssertMakes(byte[] bytes, string spec, string served, string problems)
    {
        using var engine = new Engine();
        using var component = Component.Compile(engine, bytes);
        var toolset = Toolset.Of(component.Wit, Read(spec));
        Assert.Equal(served, string.Join(' ', toolset.Served.Select(one => $"{one.Name}={one.Export}{(one.Description is null ? "" : $": {one.Description}")}").Order(StringComparer.Ordinal)));
        Assert.Equal(problems, string.Join("; ", toolset.Problems));
    }

    private static ToolsSpec Read(string spec)
    {
        var problems = new ProblemList("tool.yaml");
        var tool = WasmToolReader.Read(
            Documents.Read($"{{apiVersion: tapedeck.dev/v1alpha1, kind: WasmTool, metadata: {{name: a}}, spec: {{component: {{layout: {{path: a}}}}, tools: {spec}}}}}", problems).Single(), problems);
        Assert.Equal("", string.Join('\n', problems.All));
        return tool!.Spec.Tools;
    }
}
