namespace Tapedeck.Kube.Client;

/// <summary>Which objects of a resource are meant.</summary>
public sealed record Selection
{
    public static readonly Selection All = new();

    /// <summary>Empty for all namespaces, or for a resource that has none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>As <c>app=x,tier in (a, b)</c>; empty for all.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>As <c>metadata.name=x</c>; empty for all.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>Asks for metadata alone (PartialObjectMetadata): a fraction of the bytes for objects that are only owned.</summary>
    public bool MetadataOnly { get; init; }
}
