namespace Tapedeck.Oci.Signatures;

/// <summary>What a missing or bad signature does.</summary>
public enum SignatureMode
{
    /// <summary>No signature is looked for.</summary>
    None,

    /// <summary>The artifact is used, and the result says what is missing.</summary>
    Warn,

    /// <summary>The artifact is not used.</summary>
    Require,
}
