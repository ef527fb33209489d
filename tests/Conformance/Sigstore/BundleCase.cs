using System.Text;
using Tapedeck.Oci;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Conformance.Sigstore;

/// <summary>One folder of the suite: a bundle, and what to hold against it, from the folder or else from the one above.</summary>
internal sealed class BundleCase(Archive archive, string folder)
{
    private const string Issuer = "https://token.actions.githubusercontent.com";
    private const string Identity =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    /// <summary>Why the bundle is refused; null where it is accepted.</summary>
    internal Refusal? Judge() => Judge(archive.Read($"{folder}/bundle.sigstore.json"));

    /// <summary>The same with other bytes in the bundle's place.</summary>
    internal Refusal? Judge(byte[] bytes)
    {
        var artifact = Find("artifact") ?? Shared("a.txt");
        var subject = new SignedSubject(Digest.Sha256(artifact), [], PredicateType: null);
        var now = DateTimeOffset.UtcNow;
        if (TrustedRoot.Read(Find("trusted_root.json") ?? Shared("trusted_root.json"), now, out var problem) is not { } root)
        {
            return new Refusal(RefusalReason.Malformed, problem);
        }
        if (!Bundle.Read(bytes).Is(out var bundle, out var refusal)
            || !ContentCheck.Check(bundle, subject).Is(out var content, out refusal))
        {
            return refusal;
        }
        if (Text("key.pub") is { } pem)
        {
            return VerificationKey.Read(pem, out problem) is not { } key ? new Refusal(RefusalReason.Malformed, problem)
                : BundleCheck.WithKey(bundle, content, key, root, now).Is(out _, out refusal) ? null
                : refusal;
        }
        if (!BundleCheck.Keyless(bundle, content, root, now).Is(out var verified, out refusal))
        {
            return refusal;
        }
        var expected = new CertificateIdentity(Text("issuer") ?? Issuer, Text("identity") ?? Identity);
        return verified.Identity == expected
            ? null
            : new Refusal(RefusalReason.WrongSigner, $"it was signed by {verified.Identity}, not by {expected}");
    }

    private byte[]? Find(string file) => archive.Paths.Contains($"{folder}/{file}") ? archive.Read($"{folder}/{file}") : null;

    private string? Text(string file) => Find(file) is { } bytes ? Encoding.UTF8.GetString(bytes).Trim() : null;

    private byte[] Shared(string file) => archive.Read($"{folder[..(folder.LastIndexOf('/') + 1)]}{file}");
}
