using System.Collections.Immutable;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Manifest;

/// <summary>What this machine asks of artifacts by the repository that they come from, whoever wrote their WasmTools. Of several rules that cover one the narrowest holds.</summary>
public sealed record TrustPolicy(ImmutableArray<TrustRule> Rules)
{
    public const string Kind = "TrustPolicy";

    private readonly VerificationPolicy _modes = new([.. Rules.Select(rule => new VerificationRule(rule.Prefix, rule.Mode, []))]);

    /// <summary>Whether there is an identity or a transparency log to verify.</summary>
    public bool NeedsTrustedRoot => Rules.Any(rule => rule.Verify is { } verify && (verify.NeedsTrustedRoot || verify.TrustedRootConfigMap is not null));

    /// <summary>What a missing signature does there.</summary>
    public SignatureMode ModeFor(string repository) => _modes.RuleFor(repository).Mode;

    /// <summary>As the verifier wants it, or null and the field that cannot be used.</summary>
    public VerificationPolicy? With(TrustedRoot? root, out string problem)
    {
        var rules = ImmutableArray.CreateBuilder<VerificationRule>();
        problem = "";
        for (var index = 0; index < Rules.Length; index++)
        {
            var rule = Rules[index];
            if (rule.Verify is not { } verify)
            {
                rules.Add(new VerificationRule(rule.Prefix, rule.Mode, []));
            }
            else if (Trust.RuleOf(verify, root, $"rules[{index}].verify", rule.Prefix, rule.Mode, out problem) is { } made)
            {
                rules.Add(made);
            }
            else
            {
                return null;
            }
        }
        return new VerificationPolicy(rules.ToImmutable());
    }
}

/// <summary>What is asked of the artifacts of some repositories.</summary>
/// <param name="Verify">Who may sign; null where the mode asks for nobody.</param>
public sealed record TrustRule(RepositoryPrefix Prefix, SignatureMode Mode, VerifySpec? Verify);
