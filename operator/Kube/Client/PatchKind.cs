namespace Tapedeck.Kube.Client;

/// <summary>The language of a patch.</summary>
public enum PatchKind
{
    /// <summary>RFC 7386: fields that replace, null that removes.</summary>
    Merge,

    /// <summary>RFC 6902: a list of operations, with tests among them.</summary>
    Json,
}
