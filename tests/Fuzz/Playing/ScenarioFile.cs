using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tapedeck.Fuzz.Playing;

/// <summary>
/// A scenario in two files: <c>name.wasm</c>, and <c>name.json</c> with what the host gives, the calls, and what V8 made of them.
/// </summary>
internal static class ScenarioFile
{
    /// <param name="path">The path without extension.</param>
    internal static void Write(string path, Scenario scenario, Outcome? expected, string? note)
    {
        var json = ScenarioJson.Write(scenario);
        json["expected"] = JsonSerializer.SerializeToNode(expected, ScenarioJson.Options);
        json["note"] = note;
        File.WriteAllBytes(path + ".wasm", scenario.Module);
        File.WriteAllText(path + ".json", json.ToJsonString(ScenarioJson.Indented) + "\n");
    }

    /// <inheritdoc cref="Write"/>
    internal static (Scenario Scenario, Outcome? Expected) Read(string path)
    {
        var json = JsonNode.Parse(File.ReadAllText(path + ".json"))!.AsObject();
        var scenario = ScenarioJson.Read(json, File.ReadAllBytes(path + ".wasm"));
        return (scenario, json["expected"]?.Deserialize<Outcome>(ScenarioJson.Options));
    }
}
