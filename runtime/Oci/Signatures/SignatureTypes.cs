using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Signatures;

/// <summary>The artifact types of what may be a signature.</summary>
internal static class SignatureTypes
{
    internal const string Notation = "application/vnd.cncf.notary.signature";
    private const string Bundle = "application/vnd.dev.sigstore.bundle";

    /// <summary>A bundle of any version.</summary>
    internal static bool IsBundle(string type) => type.StartsWith(Bundle, StringComparison.Ordinal);

    /// <summary>
    /// In which order referrers are looked at, lowest first: those that say that they are signatures, those that do not say what they are (cosign writes a type
    /// of nothing into the fallback index), all others.
    /// </summary>
    internal static int Rank(string? type) => type switch
    {
        null or "" or MediaTypes.EmptyJson => 1,
        Notation => 0,
        _ => IsBundle(type) ? 0 : 2,
    };
}
