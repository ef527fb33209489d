using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>A resource for tests.</summary>
internal static class Things
{
    internal const string Namespace = "team";
    internal static readonly Resource Resource = new("test.example", "v1", "things", "Thing");
    internal static readonly string Collection = $"/apis/test.example/v1/namespaces/{Namespace}/things";

    internal static ObjectKey Key(string name) => new(Namespace, name);

    internal static string Path(string name) => $"{Collection}/{name}";

    internal static JsonObject Json(string name, int value = 0) => new()
    {
        ["apiVersion"] = "test.example/v1",
        ["kind"] = "Thing",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace, ["labels"] = new JsonObject { ["parity"] = value % 2 == 0 ? "even" : "odd" } },
        ["spec"] = new JsonObject { ["value"] = value },
    };

    internal static KubeObject Object(string name, int value = 0) => KubeObject.From(Json(name, value));
}
