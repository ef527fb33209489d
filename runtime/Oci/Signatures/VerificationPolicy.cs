using System.Collections.Immutable;

namespace Tapedeck.Oci.Signatures;

/// <summary>Who has to have signed what. The rule with the longest prefix holds, alone; a repository that no rule covers is not asked for a signature.</summary>
public sealed record VerificationPolicy(ImmutableArray<VerificationRule> Rules)
{
    private static readonly VerificationRule Nothing = new(RepositoryPrefix.All, SignatureMode.None, []);

    /// <summary>
    /// How old a trusted root may be, from 1 day; after it nothing that rests on the root is verified, and from half of it the result says so. A
    /// root that is not renewed does not learn which keys were withdrawn. Default: 180 days.
    /// </summary>
    public TimeSpan TrustedRootMaxAge { get; init; } = TimeSpan.FromDays(180);

    /// <summary>The narrowest rule that covers the repository; without any, one that asks nothing.</summary>
    public VerificationRule RuleFor(string repository) =>
        Rules.Where(rule => rule.Prefix.Covers(repository)).MaxBy(rule => rule.Prefix.Length) ?? Nothing;
}
