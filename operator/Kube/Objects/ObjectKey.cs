namespace Tapedeck.Kube.Objects;

/// <summary>The name of an object among those of its resource.</summary>
/// <param name="Namespace">Empty for what has no namespace.</param>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <summary>The key of an object without a namespace.</summary>
    public static ObjectKey Cluster(string name) => new("", name);

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
