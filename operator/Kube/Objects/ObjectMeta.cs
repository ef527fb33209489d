using System.Text.Json;

namespace Tapedeck.Kube.Objects;

/// <summary>What every object has. A field that is missing is empty, zero or null.
/// <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/"/></summary>
public sealed record ObjectMeta
{
    public required string Name { get; init; }
    public required string Namespace { get; init; }
    public required string Uid { get; init; }

    /// <summary>To be compared for equality and sent back, and not for anything else.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>Counts changes of the desired state.</summary>
    public required long Generation { get; init; }
    public required DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set as soon as the object is being deleted, while finalizers hold it.</summary>
    public required DateTimeOffset? DeletionTimestamp { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
    public required IReadOnlyList<OwnerReference> OwnerReferences { get; init; }
    public required IReadOnlyList<string> Finalizers { get; init; }

    public ObjectKey Key => new(Namespace, Name);

    /// <summary>The one owner that manages this object, or null.</summary>
    public OwnerReference? ControllerOwner => OwnerReferences.FirstOrDefault(owner => owner.Controller);

    internal static ObjectMeta Read(JsonElement json) => new()
    {
        Name = json.Text("name") ?? "",
        Namespace = RecentTexts.Shared.One(json.Text("namespace") ?? ""),
        Uid = json.Text("uid") ?? "",
        ResourceVersion = json.Text("resourceVersion") ?? "",
        Generation = json.Number("generation") ?? 0,
        CreationTimestamp = json.Time("creationTimestamp"),
        DeletionTimestamp = json.Time("deletionTimestamp"),
        Labels = json.TextMap("labels"),
        Annotations = json.TextMap("annotations"),
        OwnerReferences = [.. json.Items("ownerReferences").Select(OwnerReference.Read)],
        Finalizers = json.Texts("finalizers"),
    };
}
