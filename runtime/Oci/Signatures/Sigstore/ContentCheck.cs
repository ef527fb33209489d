using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>Whether what a bundle signs is the artifact.</summary>
internal static class ContentCheck
{
    internal static Checked<SignedContent> Check(Bundle bundle, SignedSubject subject) =>
        bundle.Envelope is { } envelope ? OfEnvelope(envelope, subject) : OfMessage(bundle, subject);

    private static Checked<SignedContent> OfMessage(Bundle bundle, SignedSubject subject)
    {
        if (subject.Sha256 is not { } digest)
        {
            return new Refusal(RefusalReason.Unsupported, "it signs an artifact by SHA-256, and the artifact is known by another digest");
        }
        return bundle.MessageDigest.AsSpan().SequenceEqual(digest)
            ? new SignedContent(bundle.Signature, SignedMessage.OfSha256(digest), null)
            : new Refusal(RefusalReason.WrongDigest, $"it signs sha256:{Convert.ToHexStringLower(bundle.MessageDigest ?? [])}, not {subject.Digest}");
    }

    private static Checked<SignedContent> OfEnvelope(DsseEnvelope envelope, SignedSubject subject)
    {
        if (!Readings.Of("the statement", () => Statement.Read(envelope)).Is(out var statement, out var refusal))
        {
            return refusal;
        }
        if (subject.PredicateType is { } type && statement.PredicateType != type)
        {
            return new Refusal(RefusalReason.WrongStatement, $"it states {UntrustedText.Show(statement.PredicateType)}, which is not a signature ({type})");
        }
        var resources = statement.Subjects.Where(each => subject.IsIn(each.Digests)).ToArray();
        if (resources.Length == 0)
        {
            return new Refusal(RefusalReason.WrongDigest, $"it is about {UntrustedText.Show(Subjects(statement))}, not {subject.Digest}");
        }
        return resources.Any(each => each.Name.Length == 0 || subject.MayBeFrom(each.Name))
            ? new SignedContent(envelope.Signature, envelope.Message, envelope.Payload)
            : subject.WrongRepository(resources[0].Name);
    }

    private static string Subjects(Statement statement) =>
        string.Join(", ", statement.Subjects.SelectMany(each => each.Digests).Select(each => $"{each.Key}:{each.Value}"));
}
