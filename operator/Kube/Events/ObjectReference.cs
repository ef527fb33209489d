using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Events;

/// <summary>Which object an event is about.</summary>
public sealed record ObjectReference(string ApiVersion, string Kind, ObjectKey Key, string Uid)
{
    public static ObjectReference To(KubeObject @object) => new(@object.ApiVersion, @object.Kind, @object.Key, @object.Metadata.Uid);

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = Kind, ["name"] = Key.Name };
        if (Key.Namespace.Length > 0)
        {
            json["namespace"] = Key.Namespace;
        }
        if (Uid.Length > 0)
        {
            json["uid"] = Uid;
        }
        return json;
    }
}
