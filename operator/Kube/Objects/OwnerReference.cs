using System.Text.Json;

namespace Tapedeck.Kube.Objects;

/// <summary>Who an object belongs to.
/// <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/"/></summary>
public sealed record OwnerReference(string ApiVersion, string Kind, string Name, string Uid, bool Controller, bool BlockOwnerDeletion)
{
    internal static OwnerReference Read(JsonElement json) => new(
        RecentTexts.Shared.One(json.Text("apiVersion") ?? ""),
        RecentTexts.Shared.One(json.Text("kind") ?? ""),
        RecentTexts.Shared.One(json.Text("name") ?? ""),
        RecentTexts.Shared.One(json.Text("uid") ?? ""),
        json.Flag("controller"),
        json.Flag("blockOwnerDeletion"));
}
