namespace Tapedeck.Oci;

/// <summary>What went wrong, as a closed list. Callers decide by it; the words of an error are for people.</summary>
public enum OciErrorKind
{
    /// <summary>A reference, range or source that cannot be read.</summary>
    InvalidReference,

    /// <summary>The repository, tag, manifest, blob or file is not there.</summary>
    NotFound,

    /// <summary>The registry refused: no credentials, wrong ones, or no right.</summary>
    Denied,

    /// <summary>The bytes are not those that the digest or the size promised.</summary>
    DigestMismatch,

    /// <summary>Larger than a limit allows, claimed or seen.</summary>
    TooLarge,

    /// <summary>No answer, a broken one, or a server error that may pass.</summary>
    Unreachable,

    /// <summary>The registry asks for patience (429).</summary>
    Busy,

    /// <summary>An answer or a file that breaks its specification.</summary>
    Malformed,

    /// <summary>Well-formed, but of a kind that is not served here.</summary>
    Unsupported,

    /// <summary>More than one thing could be meant, and none is guessed.</summary>
    Ambiguous,

    /// <summary>Forbidden by our own rules: an address, a redirect, a token server, plain HTTP.</summary>
    Refused,

    /// <summary>The disk of the content store.</summary>
    Storage,
}
