using System.Collections.Immutable;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy;

/// <summary>What all ceilings together ask of artifacts: each of them has to be content.</summary>
public sealed record ArtifactCeiling(ImmutableArray<ArtifactRequirement> Requirements)
{
    internal static ArtifactCeiling None { get; } = new([]);

    /// <summary>Why an artifact may not be used; null where it may.</summary>
    /// <param name="repository">Such as <c>ghcr.io/acme/weather</c>.</param>
    /// <param name="signers">Whose signatures were verified; empty for none.</param>
    public string? Refuse(string repository, ImmutableArray<Signer> signers) =>
        Requirements.Select(requirement => requirement.Refuse(repository, signers)).FirstOrDefault(reason => reason is not null);

    internal ArtifactCeiling Plus(ArtifactCeiling other) =>
        new([.. Requirements.Concat(other.Requirements).DistinctBy(each => each.ToString()).OrderBy(each => each.ToString(), StringComparer.Ordinal)]);

    internal static ArtifactCeiling Of(string ceiling, ClusterCapabilityPolicySpec spec) =>
        spec.Registries is null && !spec.RequireSignatures && spec.Signers is null ? None : new([new ArtifactRequirement(ceiling, spec.Registries, spec.RequireSignatures, spec.Signers)]);
}
