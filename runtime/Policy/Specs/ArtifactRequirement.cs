using System.Collections.Immutable;

namespace Tapedeck.Policy.Specs;

/// <summary>What one ceiling asks of artifacts.</summary>
/// <param name="Registries">Null is any, and empty is none.</param>
/// <param name="AnySignature">Somebody has to have signed whom the tool trusts.</param>
/// <param name="Signers">One of these has to have signed; null is not asked, and empty is nobody.</param>
public sealed record ArtifactRequirement(string Ceiling, ImmutableArray<RepositoryPrefix>? Registries, bool AnySignature, ImmutableArray<Signer>? Signers)
{
    public bool RequiresSignature => AnySignature || Signers is not null;

    /// <summary>Why an artifact may not be used; null where it may.</summary>
    internal string? Refuse(string repository, ImmutableArray<Signer> signers) =>
        Registries is { } registries && !registries.Any(prefix => prefix.Contains(repository))
            ? $"ceiling {Ceiling} spec.registries does not name {repository}"
        : AnySignature && signers.IsEmpty ? $"ceiling {Ceiling} spec.requireSignatures: no signature was verified"
        : Signers is { } named && !named.Any(signers.Contains)
            ? $"ceiling {Ceiling} spec.signers: {(signers.IsEmpty ? "no signature was verified" : $"it names none of {string.Join(", ", signers)}")}"
        : null;

    public override string ToString() => Text.Join(
    [
        ("ceiling", Ceiling),
        ("registries", Registries is { } registries ? string.Join(',', registries.Select(prefix => prefix.Value).Order(StringComparer.Ordinal)) : null),
        ("requireSignatures", AnySignature ? true : null),
        ("signers", Signers is { } signers ? string.Join(',', signers.Select(signer => signer.ToString()).Order(StringComparer.Ordinal)) : null),
    ]);
}
