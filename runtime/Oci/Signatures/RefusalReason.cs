namespace Tapedeck.Oci.Signatures;

/// <summary>Why something that claims to be a signature was not accepted.</summary>
public enum RefusalReason
{
    /// <summary>There is nothing that claims to be a signature.</summary>
    NoSignature,

    /// <summary>No rule, or a rule without signers, covers the repository.</summary>
    NobodyTrusted,

    /// <summary>The registry did not hand out what it lists.</summary>
    NotFetched,

    /// <summary>It breaks its own format.</summary>
    Malformed,

    /// <summary>It is larger, deeper or more numerous than what is read.</summary>
    TooLarge,

    /// <summary>A version, an algorithm or a critical field that this verifier does not know.</summary>
    Unsupported,

    /// <summary>It signs another artifact.</summary>
    WrongDigest,

    /// <summary>It was made for another repository.</summary>
    WrongRepository,

    /// <summary>It is a statement of another kind, an SBOM for instance.</summary>
    WrongStatement,

    /// <summary>The signature does not fit the key and the bytes.</summary>
    WrongSignature,

    /// <summary>The signature is good, and made by someone who is not trusted here.</summary>
    WrongSigner,

    /// <summary>The signing certificate does not lead to a trusted authority, or was not valid at the time of signing.</summary>
    UntrustedCertificate,

    /// <summary>The certificate has no proof that a certificate transparency log took it.</summary>
    NoCertificateProof,

    /// <summary>There is no transparency log entry where one is asked for.</summary>
    NotLogged,

    /// <summary>The log's promise, proof, checkpoint or entry is wrong.</summary>
    WrongLogEntry,

    /// <summary>A timestamp is wrong or of an authority that is not trusted.</summary>
    WrongTimestamp,

    /// <summary>Nothing that can be trusted tells when the signature was made.</summary>
    NoTrustedTime,

    /// <summary>The signature's own end of validity has passed.</summary>
    Expired,

    /// <summary>The trusted root was obtained too long ago to be believed.</summary>
    StaleTrustedRoot,
}
