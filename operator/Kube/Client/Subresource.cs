namespace Tapedeck.Kube.Client;

/// <summary>The part of an object that a request is about.</summary>
public enum Subresource
{
    /// <summary>The object itself.</summary>
    None,
    Status,
    Scale,
}
