using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tapedeck.Kube.Objects;

/// <summary>Lets trees be written without reflection.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class KubeJson : JsonSerializerContext;
