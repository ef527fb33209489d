namespace Tapedeck.Kube.Objects;

/// <summary>A resource of an API: what the server calls it in paths and in objects.
/// <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris"/></summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Plural">The name in paths: <c>deployments</c>.</param>
/// <param name="Kind">The name in objects: <c>Deployment</c>.</param>
public sealed record Resource(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    public static readonly Resource Leases = new("coordination.k8s.io", "v1", "leases", "Lease");
    public static readonly Resource Pods = new("", "v1", "pods", "Pod");
    public static readonly Resource Events = new("events.k8s.io", "v1", "events", "Event");

    /// <summary>What stands in an object's <c>apiVersion</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>deployments.apps</c>, for messages.</summary>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The path of the collection.</summary>
    /// <param name="namespace">Empty for all namespaces, or where the resource has none.</param>
    internal string Path(string @namespace)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        return Namespaced && @namespace.Length > 0 ? $"{root}/namespaces/{Uri.EscapeDataString(@namespace)}/{Plural}" : $"{root}/{Plural}";
    }

    /// <summary>The path of one object.</summary>
    /// <exception cref="ArgumentException">The key has no name, a namespace is missing, or one of them is not a name but a way up.</exception>
    internal string Path(ObjectKey key)
    {
        if (key.Name is "." or ".." || key.Namespace is "." or "..")
        {
            throw new ArgumentException($"'{key}' does not name one of {this}: a name cannot be made of dots alone.", nameof(key));
        }
        if (key.Name.Length == 0 || (Namespaced && key.Namespace.Length == 0))
        {
            throw new ArgumentException($"'{key}' does not name one of {this}: a name{(Namespaced ? " and a namespace are" : " is")} needed.", nameof(key));
        }
        return $"{Path(key.Namespace)}/{Uri.EscapeDataString(key.Name)}";
    }
}
