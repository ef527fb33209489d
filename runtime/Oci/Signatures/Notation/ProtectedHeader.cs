using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// The signed attributes:
/// <see href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#signed-attributes"/>.
/// </summary>
internal sealed record ProtectedHeader(SigningScheme Scheme, DateTimeOffset? Expiry, DateTimeOffset? AuthenticSigningTime)
{
    internal const string SchemeName = "io.cncf.notary.signingScheme";
    internal const string SigningTimeName = "io.cncf.notary.signingTime";
    internal const string ExpiryName = "io.cncf.notary.expiry";
    internal const string AuthenticSigningTimeName = "io.cncf.notary.authenticSigningTime";
    private const string PayloadType = "application/vnd.cncf.notary.payload.v1+json";

    /// <param name="critical">What the signer says has to be understood.</param>
    /// <param name="signingTime">Nobody vouches for it, so that only its place is looked at.</param>
    internal static ProtectedHeader Of(
        string contentType, string scheme, IReadOnlyCollection<string> critical, DateTimeOffset? signingTime, DateTimeOffset? expiry, DateTimeOffset? authentic)
    {
        if (contentType != PayloadType)
        {
            throw new UnreadableException(RefusalReason.Unsupported, $"has a payload of the type {UntrustedText.Show(contentType)}, not {PayloadType}");
        }
        if (critical.FirstOrDefault(name => name is not (SchemeName or ExpiryName or AuthenticSigningTimeName)) is { } unknown)
        {
            throw new UnreadableException(RefusalReason.Unsupported, $"has the critical header {UntrustedText.Show(unknown)}, which is not known");
        }
        RequireCritical(SchemeName, isThere: true, critical);
        RequireCritical(ExpiryName, expiry is not null, critical);
        RequireCritical(AuthenticSigningTimeName, authentic is not null, critical);
        return (scheme, signingTime, authentic) switch
        {
            ("notary.x509", not null, null) => new ProtectedHeader(SigningScheme.X509, expiry, null),
            ("notary.x509.signingAuthority", null, not null) => new ProtectedHeader(SigningScheme.SigningAuthority, expiry, authentic),
            _ => throw new UnreadableException(RefusalReason.Unsupported, $"has the signing scheme {UntrustedText.Show(scheme)}, which is not known, or not its times"),
        };
    }

    /// <summary>Critical headers are there, and those that matter are critical.</summary>
    private static void RequireCritical(string name, bool isThere, IReadOnlyCollection<string> critical)
    {
        if (critical.Count(each => each == name) != (isThere ? 1 : 0))
        {
            throw new UnreadableException($"has not the header {name} once and as a critical one");
        }
    }
}
