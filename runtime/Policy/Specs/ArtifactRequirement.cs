using System.Collections.Immutable;

namespace Tapedeck.Policy.Specs;

/// <summary>What one ceiling asks of artifacts.</summary>
/// <param name="Registries">Null is any, and empty is none.</param>
public sealed record ArtifactRequirement(string Ceiling, ImmutableArray<RepositoryPrefix>? Registries, bool RequiresSignature)
{
    /// <summary>Why an artifact may not be used; null where it may.</summary>
    internal string? Refuse(string repository, bool isSigned) =>
        Registries is { } registries && !registries.Any(prefix => prefix.Contains(repository))
            ? $"ceiling {Ceiling} spec.registries does not name {repository}"
        : RequiresSignature && !isSigned ? $"ceiling {Ceiling} spec.requireSignatures: no signature was verified"
        : null;

    public override string ToString() => Text.Join(
    [
        ("ceiling", Ceiling),
        ("registries", Registries is { } registries ? string.Join(',', registries.Select(prefix => prefix.Value).Order(StringComparer.Ordinal)) : null),
        ("requireSignatures", RequiresSignature ? true : null),
    ]);
}
