namespace Tapedeck.Kube.Objects;

/// <summary>All objects of a resource at one moment.</summary>
/// <param name="ResourceVersion">The moment: a watch from here on sees every later change.</param>
public sealed record KubeList(string ResourceVersion, IReadOnlyList<KubeObject> Items);
