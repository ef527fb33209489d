using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// Notation's own trust policy (<c>trustpolicy.json</c>), as rules:
/// <see href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#oci-trust-policy"/>.
/// </summary>
/// <remarks>
/// The level <c>strict</c> becomes a rule that requires and <c>skip</c> one that asks nothing. <c>permissive</c>, <c>audit</c> and overrides would
/// count a signature as good that is not, so they are refused: what they are for is a rule that warns. A scope holds for the repositories below it, too.
/// </remarks>
public static class TrustPolicyDocument
{
    private const int MostBytes = 256 * 1024;
    private const int MostEntries = 256;

    /// <param name="stores">Certificates by the name of their trust store with its type, such as <c>ca:acme</c>.</param>
    /// <param name="problem">Why there are no rules; empty otherwise.</param>
    public static IReadOnlyList<VerificationRule>? Read(
        ReadOnlyMemory<byte> json, IReadOnlyDictionary<string, ImmutableArray<X509Certificate2>> stores, out string problem)
    {
        var read = Readings.Of("the trust policy", () => Of(json, stores));
        problem = read.Is(out var rules, out var refusal) ? "" : refusal.Message;
        return rules;
    }

    private static VerificationRule[] Of(ReadOnlyMemory<byte> bytes, IReadOnlyDictionary<string, ImmutableArray<X509Certificate2>> stores)
    {
        var json = JsonNode.Parse(bytes, MostBytes).Only("version", "trustPolicies");
        if (json["version"].Text() != "1.0")
        {
            throw json["version"].Unknown("is not 1.0");
        }
        VerificationRule[] rules = [.. json["trustPolicies"].Items(MostEntries).SelectMany(each => Rules(each, stores))];
        return rules.DistinctBy(rule => rule.Prefix.ToString()).Count() == rules.Length
            ? rules
            : throw json["trustPolicies"].Wrong("names a registry scope twice");
    }

    private static VerificationRule[] Rules(JsonNode json, IReadOnlyDictionary<string, ImmutableArray<X509Certificate2>> stores)
    {
        json.Only("name", "registryScopes", "signatureVerification", "trustStores", "trustedIdentities");
        var scopes = json["registryScopes"].Items(MostEntries).Select(Scope).ToArray();
        if (scopes.Contains(RepositoryPrefix.All) && scopes.Length > 1)
        {
            throw json["registryScopes"].Wrong("has '*' beside other scopes");
        }
        var level = json["signatureVerification"].Only("level")["level"];
        var (mode, signers) = level.Text() switch
        {
            "strict" => (SignatureMode.Require, Signers(json, stores)),
            "skip" => (SignatureMode.None, []),
            var other => throw level.Unknown($"is '{UntrustedText.Show(other)}'; strict and skip are known, and for audit there are rules that warn"),
        };
        return [.. scopes.Select(scope => new VerificationRule(scope, mode, [.. signers]))];
    }

    private static NotationSigner[] Signers(JsonNode json, IReadOnlyDictionary<string, ImmutableArray<X509Certificate2>> stores)
    {
        ImmutableArray<SubjectPattern> identities = [.. json["trustedIdentities"].Items(MostEntries).Select(Identity)];
        var named = json["trustStores"].Items(MostEntries).Select(each => Store(each, stores)).ToArray();
        ImmutableArray<X509Certificate2> timestamps = [.. named.Where(each => each.Type == "tsa").SelectMany(each => each.Certificates)];
        return
        [
            .. named.Where(each => each.Type != "tsa").Select(each => new NotationSigner(
                each.Name, each.Certificates, identities, each.Type == "ca" ? SigningScheme.X509 : SigningScheme.SigningAuthority)
            {
                TimestampAuthorities = timestamps,
            }),
        ];
    }

    private static RepositoryPrefix Scope(JsonNode json) => RepositoryPrefix.Read(json.Text(), out var problem) ?? throw json.Wrong($"cannot be used: {problem}");

    private static SubjectPattern Identity(JsonNode json) => SubjectPattern.Read(json.Text(), out var problem) ?? throw json.Wrong($"cannot be used: {problem}");

    private static (string Type, string Name, ImmutableArray<X509Certificate2> Certificates) Store(
        JsonNode json, IReadOnlyDictionary<string, ImmutableArray<X509Certificate2>> stores)
    {
        var text = json.Text();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var type = colon < 0 ? "" : text[..colon];
        return type is not ("ca" or "signingAuthority" or "tsa") ? throw json.Unknown("has none of the types ca, signingAuthority and tsa")
            : stores.TryGetValue(text, out var certificates) ? (type, text[(colon + 1)..], certificates)
            : throw json.Wrong($"names the trust store {UntrustedText.Show(text)}, which is not there");
    }
}
