using Tapedeck.Oci.Signatures;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Manifest.Reading;

/// <summary>Reads a file with a trust policy. What is unknown is an error, as in policies.</summary>
public static class TrustPolicyReader
{
    private const int Most = 256;

    /// <summary>The policy, or null where something was added to <paramref name="problems"/>.</summary>
    public static TrustPolicy? Read(string text, ProblemList problems)
    {
        if (Documents.Read(text, problems) is not [var document])
        {
            problems.Add(1, 1, "", $"expected one document, a {TrustPolicy.Kind}");
            return null;
        }
        var fields = new FieldReader(document, "", problems);
        if (fields.TakeText("apiVersion") != PolicyFile.ApiVersion || fields.TakeText("kind") != TrustPolicy.Kind)
        {
            problems.Add(document, "kind", $"expected {TrustPolicy.Kind} of {PolicyFile.ApiVersion}");
        }
        fields.TakeRequired("rules", "a list of rules");
        var policy = new TrustPolicy(ListsReader.ReadList(fields, "rules", ReadRule, Most));
        fields.Done();
        if (policy.Rules.GroupBy(rule => rule.Prefix.ToString(), StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            problems.Add(document, "rules", $"{twice.Key} has two rules; make them one");
        }
        return problems.IsEmpty ? policy : null;
    }

    private static TrustRule? ReadRule(FieldReader fields)
    {
        var before = fields.Problems.Count;
        fields.TakeRequired("prefix", "a registry, perhaps with a path, such as ghcr.io/acme, or * for all");
        fields.TakeRequired("mode", "none, warn or require");
        fields.TryTake<RepositoryPrefix>("prefix", Prefix, out var prefix);
        fields.TryTake<SignatureMode>("mode", Mode, out var mode);
        var verify = fields.TakeMapping("verify") is { } signers ? VerifyReader.Read(signers) : null;
        if (fields.Problems.Count == before && verify is null != (mode == SignatureMode.None))
        {
            fields.Problems.Add(fields.Node, fields.PathOf("verify"), mode == SignatureMode.None ? "mode none asks nobody; leave out verify" : "expected who may sign, as in spec.verify of a WasmTool, but found nothing");
        }
        return fields.Problems.Count > before ? null : new TrustRule(prefix, mode, verify);
    }

    private static bool Prefix(string text, out RepositoryPrefix value, out string expected)
    {
        expected = "a registry, perhaps with a path, such as ghcr.io/acme, without scheme, tag and digest, or * for all";
        var prefix = RepositoryPrefix.Read(text, out _);
        value = prefix ?? RepositoryPrefix.All;
        return prefix is not null;
    }

    private static bool Mode(string text, out SignatureMode value, out string expected)
    {
        expected = "none, warn or require";
        (value, var isKnown) = text switch
        {
            "none" => (SignatureMode.None, true),
            "warn" => (SignatureMode.Warn, true),
            "require" => (SignatureMode.Require, true),
            _ => (SignatureMode.Require, false),
        };
        return isKnown;
    }
}
