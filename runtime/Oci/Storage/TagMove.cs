namespace Tapedeck.Oci.Storage;

/// <summary>What a tag has done since it was last looked at.</summary>
public enum TagMove
{
    /// <summary>It was never looked at here.</summary>
    First,

    /// <summary>It has the digest that it had.</summary>
    None,

    /// <summary>It has a digest that it never had here.</summary>
    Forward,

    /// <summary>
    /// It has a digest again that it had before the last one. A good signature does not help against that: the older content was signed as well. The
    /// caller decides, and RATIONALE.md says what is advised.
    /// </summary>
    Back,
}
