using System.Security.Cryptography;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Oci.Tests.Signatures.Making;

/// <summary>What a bundle is to be like. As it stands it is a good one.</summary>
internal sealed record BundleRecipe(Digest Artifact)
{
    internal string PredicateType { get; init; } = Statement.CosignSign;
    internal string? SubjectName { get; init; }
    internal string Issuer { get; init; } = "https://issuer.example";
    internal string Identity { get; init; } = "https://builder.example/acme/release";

    /// <summary>Signs with this key and no certificate.</summary>
    internal ECDsa? Key { get; init; }

    /// <summary>The certificate is about another key than the one that signs; the log took both.</summary>
    internal bool IsSignedByAnother { get; init; }

    /// <summary>From the middle of the certificate's ten minutes.</summary>
    internal TimeSpan LoggedAfter { get; init; } = TimeSpan.Zero;

    internal bool HasPromise { get; init; } = true;
    internal bool HasTimestamp { get; init; }
    internal bool HasCertificateProof { get; init; } = true;
    internal bool IsLogged { get; init; } = true;

    /// <summary>As Rekor v2 does it: a hashedrekord 0.0.2 over the envelope.</summary>
    internal bool IsNewLog { get; init; }

    /// <summary>Changes what the log holds.</summary>
    internal Func<string, string> LogBody { get; init; } = body => body;
}
