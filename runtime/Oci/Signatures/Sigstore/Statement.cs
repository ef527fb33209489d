using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// What a DSSE envelope states, about which artifacts.
/// <see href="https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md"/>
/// </summary>
internal sealed record Statement(string PredicateType, Statement.Resource[] Subjects)
{
    internal const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>The statement by which cosign 3 says "I signed this", and nothing else.</summary>
    internal const string CosignSign = "https://sigstore.dev/cosign/sign/v1";

    private const int MostBytes = 1024 * 1024;
    private const int MostSubjects = 64;
    private const int MostDigests = 16;

    /// <summary>One artifact.</summary>
    /// <param name="Name">Empty where there is none.</param>
    internal sealed record Resource(string Name, IReadOnlyDictionary<string, string> Digests);

    internal static Statement Read(DsseEnvelope envelope)
    {
        if (envelope.PayloadType != PayloadType)
        {
            throw new UnreadableException(RefusalReason.Unsupported, $"the payload is of the type '{UntrustedText.Show(envelope.PayloadType)}', not {PayloadType}");
        }
        var json = JsonNode.Parse(envelope.Payload, MostBytes);
        var type = json["_type"].Text();
        return type is "https://in-toto.io/Statement/v1" or "https://in-toto.io/Statement/v0.1"
            ? new Statement(json["predicateType"].Text(), [.. json["subject"].Items(MostSubjects).Select(Subject)])
            : throw json["_type"].Unknown($"is '{UntrustedText.Show(type)}', which is not a statement of in-toto");
    }

    private static Resource Subject(JsonNode json) => new(
        json.Find("name")?.Text() ?? "",
        json["digest"].Members(MostDigests).ToDictionary(each => each.Name, each => each.Value.Text()));
}
