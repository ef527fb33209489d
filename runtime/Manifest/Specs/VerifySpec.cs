using System.Collections.Immutable;

namespace Tapedeck.Manifest.Specs;

/// <summary>Whose signature a component has to carry: one signature by one of those named is enough.</summary>
public sealed record VerifySpec
{
    /// <summary>Public keys of cosign in PEM.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    public ImmutableArray<KeylessIdentity> Keyless { get; init; } = [];

    public ImmutableArray<NotationTrust> Notation { get; init; } = [];

    /// <summary>
    /// The ConfigMap whose key <c>trusted_root.json</c> holds the trusted root of a Sigstore; null is the installer's, or that of the command line. Identities under
    /// one that the tool names are known to that tool alone: policies and ceilings that name them do not mean them.
    /// </summary>
    public string? TrustedRootConfigMap { get; init; }

    /// <summary>Nothing can be verified without a trusted root.</summary>
    public bool NeedsTrustedRoot => RequireTransparencyLog || !Keyless.IsEmpty;

    /// <summary>Signatures of keys have to be in the transparency log as well; those of identities always have to.</summary>
    public bool RequireTransparencyLog { get; init; }

    /// <summary>Repositories that a signature may name besides the one that the component comes from, for what was copied from there with its signatures.</summary>
    public ImmutableArray<string> SignedAs { get; init; } = [];
}

/// <summary>An identity that an issuer vouches for. Both are compared exactly.</summary>
public sealed record KeylessIdentity(string Issuer, string Identity);

/// <summary>A certificate authority of Notary Project.</summary>
/// <param name="Certificate">In PEM.</param>
/// <param name="Subject">What the subject of the signing certificate has to contain, C, ST and O at least, such as <c>C=US, ST=WA, O=Acme</c>; <c>*</c> is anyone.</param>
/// <param name="TimestampCertificate">
/// The root of a timestamp authority, in PEM: a signature with its timestamp counts after the signer's certificate ran out. Null where none is trusted.
/// </param>
public sealed record NotationTrust(string Certificate, string Subject, string? TimestampCertificate = null);
