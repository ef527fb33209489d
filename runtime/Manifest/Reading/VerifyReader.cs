using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Manifest.Reading;

/// <summary>Reads <c>verify</c>.</summary>
internal static class VerifyReader
{
    private const int Most = 16;

    private static readonly string[] Lists = ["keys", "keyless", "notation"];

    internal static VerifySpec Read(FieldReader fields)
    {
        var spec = new VerifySpec
        {
            Keys = fields.TakeList<string>("keys", Texts.Pem),
            Keyless = ListsReader.ReadList(fields, "keyless", ReadIdentity),
            Notation = ListsReader.ReadList(fields, "notation", ReadNotation),
            TrustedRootConfigMap = fields.TryTake<string>("trustedRootConfigMap", ObjectNames.TryParseName, out var map) ? map : null,
            RequireTransparencyLog = fields.TakeTruth("requireTransparencyLog") ?? false,
            SignedAs = fields.TakeList<string>("signedAs", Texts.Repository, Most),
        };
        var signers = Lists.Sum(name => (fields.Take(name) as SequenceNode)?.Items.Length ?? 0);
        if (signers is 0 or > Most)
        {
            fields.Problems.Add(fields.Node, fields.Field, $"expected 1 to {Most} signers in keys, keyless and notation, but found {signers}");
        }
        fields.Done();
        return spec;
    }

    private static KeylessIdentity? ReadIdentity(FieldReader fields)
    {
        var before = fields.Problems.Count;
        fields.TakeRequired("issuer", "the URL of the issuer");
        fields.TakeRequired("identity", "the identity, exactly");
        fields.TryTake<string>("issuer", Texts.Identity, out var issuer);
        fields.TryTake<string>("identity", Texts.Identity, out var identity);
        return fields.Problems.Count > before ? null : new KeylessIdentity(issuer, identity);
    }

    private static NotationTrust? ReadNotation(FieldReader fields)
    {
        var before = fields.Problems.Count;
        fields.TakeRequired("certificate", "the certificate of the authority in PEM");
        fields.TakeRequired("subject", "what the subject has to contain, such as C=US, ST=WA, O=Acme");
        fields.TryTake<string>("certificate", Texts.Pem, out var certificate);
        fields.TryTake<string>("subject", Texts.Identity, out var subject);
        var timestamps = fields.TryTake<string>("timestampCertificate", Texts.Pem, out var root) ? root : null;
        return fields.Problems.Count > before ? null : new NotationTrust(certificate, subject, timestamps);
    }
}
