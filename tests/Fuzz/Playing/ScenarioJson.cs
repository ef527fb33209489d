using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Playing;

/// <summary>Scenarios and outcomes as JSON: for the oracle, and for the regression cases in files.</summary>
internal static class ScenarioJson
{
    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        IndentSize = 2,
    };

    internal static readonly JsonSerializerOptions Indented = new(Options) { WriteIndented = true };

    /// <summary>Everything but the module's bytes.</summary>
    internal static JsonObject Write(Scenario scenario) => new()
    {
        ["imports"] = new JsonArray([.. scenario.Imports.Select(Write)]),
        ["calls"] = JsonSerializer.SerializeToNode(scenario.Calls, Options),
        ["memories"] = JsonSerializer.SerializeToNode(scenario.Memories, Options),
        ["fuel"] = scenario.Fuel,
    };

    internal static Scenario Read(JsonObject json, byte[] module) => new(
        module,
        [.. json["imports"]!.AsArray().Select(static import => ReadImport(import!.AsObject()))],
        json["calls"].Deserialize<Call[]>(Options)!,
        json["memories"].Deserialize<string[]>(Options)!,
        (int)json["fuel"]!);

    private static JsonNode Write(Import import)
    {
        var (type, mutable, limits) = import.Type.Kind switch
        {
            ExternKind.Global => (Name(import.Type.Global.Type), import.Type.Global.Mutable, default(Limits)),
            ExternKind.Table => (Name(import.Type.Table.Element), false, import.Type.Table.Limits),
            ExternKind.Memory => ("", false, import.Type.Memory.Limits),
            _ => ("", false, default),
        };
        return new JsonObject
        {
            ["module"] = import.Module,
            ["name"] = import.Name,
            ["kind"] = Name(import.Type.Kind),
            ["type"] = type,
            ["mutable"] = mutable,
            ["min"] = limits.Min,
            ["max"] = limits.Max,
            ["initial"] = import.Initial,
            ["share"] = import.Share,
        };
    }

    private static Import ReadImport(JsonObject json)
    {
        var limits = new Limits((uint)json["min"]!, (uint?)json["max"]);
        var name = (string)json["name"]!;
        var type = Enum.Parse<ExternKind>((string)json["kind"]!, ignoreCase: true) switch
        {
            ExternKind.Global => ExternType.Of(new GlobalType(ReadType(json), (bool)json["mutable"]!)),
            ExternKind.Table => ExternType.Of(new TableType(ReadType(json), limits)),
            ExternKind.Memory => ExternType.Of(new MemoryType(limits)),
            _ => ExternType.Of(HostFunctions.TypeOf(name)),
        };
        return new Import((string)json["module"]!, name, type, 0, (string?)json["initial"], (int)json["share"]!);
    }

    private static ValType ReadType(JsonObject json) => Enum.Parse<ValType>((string)json["type"]!, ignoreCase: true);

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
