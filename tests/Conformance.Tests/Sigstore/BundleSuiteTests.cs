using Tapedeck.Conformance.Sigstore;
using Tapedeck.Oci.Signatures;
using Xunit;
using Xunit.Abstractions;

namespace Tapedeck.Conformance.Tests.Sigstore;

/// <summary>
/// The suite's own bundles, where CONFORMANCE_DIR has them. The suite says only that a bundle is to be refused; here stands why, since a verifier
/// that refuses everything passes most of it.
/// </summary>
public sealed class BundleSuiteTests(ITestOutputHelper output)
{
    private const int Mutations = 25;
    private const string NotRun = "SIGSTORE'S BUNDLES WERE NOT READ: set CONFORMANCE_DIR to the folder that holds sigstore-bundles.tgz.";

    private static readonly Dictionary<string, RefusalReason> Reasons = new()
    {
        ["bundle-empty-certificate-chain_fail"] = RefusalReason.Malformed,
        ["bundle-from-wrong-instance_fail"] = RefusalReason.WrongLogEntry,
        ["bundle-invalid-base64-signature_fail"] = RefusalReason.Malformed,
        ["bundle-negative-log-index_fail"] = RefusalReason.Malformed,
        ["bundle-unknown-version_fail"] = RefusalReason.Unsupported,
        ["bundle-with-root-cert_fail"] = RefusalReason.Malformed,
        ["checkpoint-bad-keyhint_fail"] = RefusalReason.WrongLogEntry,
        ["checkpoint-wrong-roothash_fail"] = RefusalReason.WrongLogEntry,
        ["dsse-invalid-sig_fail"] = RefusalReason.WrongSignature,
        ["dsse-mismatch-sig_fail"] = RefusalReason.WrongLogEntry,
        ["inclusion-proof-corrupted-hash_fail"] = RefusalReason.WrongLogEntry,
        ["integrated-time-in-future_fail"] = RefusalReason.UntrustedCertificate,
        ["intoto-expired-certificate_fail"] = RefusalReason.UntrustedCertificate,
        ["intoto-log-entry-mismatch_fail"] = RefusalReason.Malformed,
        ["intoto-set-outside-signing-cert-validity_fail"] = RefusalReason.UntrustedCertificate,
        ["intoto-tsa-timestamp-outside-cert-validity_fail"] = RefusalReason.UntrustedCertificate,
        ["invalid-ct-key_fail"] = RefusalReason.NoCertificateProof,
        ["invalid-inclusion-proof_fail"] = RefusalReason.WrongLogEntry,
        ["managed-key-no-key_fail"] = RefusalReason.WrongSigner,
        ["managed-key-wrong-key_fail"] = RefusalReason.Malformed,
        ["message-digest-mismatch_fail"] = RefusalReason.WrongDigest,
        ["rekor2-checkpoint-missing-log-signature_fail"] = RefusalReason.Malformed,
        ["rekor2-checkpoint-missing-origin_fail"] = RefusalReason.Malformed,
        ["rekor2-checkpoint-missing-root-hash_fail"] = RefusalReason.Malformed,
        ["rekor2-checkpoint-no-matching-signature_fail"] = RefusalReason.WrongLogEntry,
        ["rekor2-dsse-invalid-sig_fail"] = RefusalReason.WrongSignature,
        ["rekor2-dsse-mismatch-sig_fail"] = RefusalReason.WrongLogEntry,
        ["rekor2-no-inclusion-proof_fail"] = RefusalReason.WrongLogEntry,
        ["rekor2-timestamp-outside-trust-root-tsa-validity_fail"] = RefusalReason.WrongTimestamp,
        ["rekor2-timestamp-outside-tsa-cert-validity_fail"] = RefusalReason.Malformed,
        ["rekor2-timestamp-payload-mismatch_fail"] = RefusalReason.WrongTimestamp,
        ["rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail"] = RefusalReason.WrongTimestamp,
        ["set-invalid-signature_fail"] = RefusalReason.WrongLogEntry,
        ["signature-mismatch_fail"] = RefusalReason.WrongSignature,
        ["wrong-hashedrekord-artifact_fail"] = RefusalReason.WrongLogEntry,
        ["wrong-hashedrekord-entry_fail"] = RefusalReason.WrongLogEntry,
        ["wrong-material_fail"] = RefusalReason.WrongDigest,
    };

    private static readonly Archive? Data = Find();

    public static TheoryData<string> Folders => [.. Data is null ? [""] : BundleSuite.Folders(Data)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_bundle_is_accepted_or_refused_for_its_own_reason(string folder)
    {
        if (Data is null)
        {
            output.WriteLine(NotRun);
            return;
        }
        var refusal = new BundleCase(Data, folder).Judge();
        output.WriteLine($"{folder} {refusal?.Reason}: {refusal?.Message ?? "accepted"}");
        Assert.Equal(Reasons.TryGetValue(folder.Split('/')[^1], out var reason) ? reason : null, refusal?.Reason);
    }

    [Fact]
    public void A_changed_byte_of_a_bundle_is_answered()
    {
        if (Data is null)
        {
            output.WriteLine(NotRun);
            return;
        }
        var random = new Random(20230712);
        foreach (var folder in BundleSuite.Folders(Data))
        {
            var @case = new BundleCase(Data, folder);
            var bytes = Data.Read($"{folder}/bundle.sigstore.json");
            for (var round = 0; round < Mutations; round++)
            {
                var changed = (byte[])bytes.Clone();
                var index = random.Next(bytes.Length);
                changed[index] = (byte)random.Next(256);
                var refusal = @case.Judge(changed);
                Assert.True(refusal is null || refusal.Message.Length > 0, $"{folder}: byte {index} is {changed[index]}");
            }
        }
    }

    private static Archive? Find()
    {
        var folder = Environment.GetEnvironmentVariable("CONFORMANCE_DIR");
        return string.IsNullOrEmpty(folder) ? null
            : new[] { "sigstore-bundles", "sigstore-bundles.tgz" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(Path.Exists) is { } path
                ? Archive.Open(path)
            : null;
    }
}
