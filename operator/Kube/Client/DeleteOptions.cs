using System.Text.Json.Nodes;

namespace Tapedeck.Kube.Client;

/// <summary>How, and on which conditions, an object is deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only this incarnation; else a <see cref="ConflictException"/>. Empty: any.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Delete only if it is unchanged since; else a <see cref="ConflictException"/>. Empty: in any state.</summary>
    public string ResourceVersion { get; init; } = "";

    public Propagation Propagation { get; init; } = Propagation.Background;

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = Propagation.ToString() };
        var preconditions = new JsonObject();
        if (Uid.Length > 0)
        {
            preconditions["uid"] = Uid;
        }
        if (ResourceVersion.Length > 0)
        {
            preconditions["resourceVersion"] = ResourceVersion;
        }
        if (preconditions.Count > 0)
        {
            json["preconditions"] = preconditions;
        }
        return json;
    }
}
