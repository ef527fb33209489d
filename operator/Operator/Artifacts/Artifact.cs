using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Artifacts;

/// <summary>An artifact that was found and, where that was asked for, verified.</summary>
/// <param name="Digest">What pods run. Of an index whose chosen manifest is signed, and not the index, it is that manifest's.</param>
/// <param name="Tag">Null where the spec has a digest.</param>
/// <param name="Inputs">A hash of the part of the spec that led here: with another spec this is not an answer.</param>
internal sealed record Artifact(string Repository, string? Tag, string Digest, string Inputs, ImmutableArray<Signer> Signers)
{
    private const int MostSigners = 16;

    /// <summary>Of an identity and of an issuer, where together they are longer than a status has them.</summary>
    private const int MostCharacters = 1_100;

    /// <summary>As many as a status holds.</summary>
    public ImmutableArray<Signer> Signers { get; init => field = Few(value); } = Few(Signers);

    /// <summary>Of the installer's trusted root, where the signatures were verified by that; null where they were not.</summary>
    internal string? TrustedRootHash { get; init; }

    /// <summary>When the trusted root was obtained that the signatures were verified by; null where none was asked for.</summary>
    internal DateTimeOffset? TrustedRootObtainedAt { get; init; }

    /// <summary>The manifest that <see cref="Digest"/> leads to, where that is an index's; null where it is none, or where nobody had to look.</summary>
    internal string? Manifest { get; init; }

    /// <summary>What must not go back: one manifest may be in many indexes, and be signed beside them.</summary>
    internal string Ran => Manifest ?? Digest;

    internal JsonObject ToJson() => Json.Object(
        ("repository", Repository),
        ("tag", Tag is null ? null : JsonValue.Create(Tag)),
        ("digest", Digest),
        ("manifest", Manifest is null ? null : JsonValue.Create(Manifest)),
        ("inputs", Inputs),
        ("signers", Json.Texts(Signers.Select(signer => signer.ToString())).OrNull()));

    /// <summary>What the status of a WasmTool says; null where it says nothing.</summary>
    internal static Artifact? Read(KubeObject tool) => tool.Find("status", "artifact") is { } artifact ? Read(artifact) : null;

    /// <summary>What pods may still run while a roll-out to <see cref="Read(KubeObject)"/> is not over.</summary>
    internal static ImmutableArray<Artifact> ReadSuperseded(KubeObject tool) =>
        [.. tool.Find("status").Items("superseded").Select(Read).OfType<Artifact>()];

    private static Artifact? Read(JsonElement artifact) =>
        artifact.Text("digest") is { } digest && artifact.Text("inputs") is { } inputs && artifact.Text("repository") is { } repository
            ? new Artifact(repository, artifact.Text("tag"), digest, inputs, [.. artifact.Texts("signers").Select(Signer.Parse).OfType<Signer>()])
            {
                Manifest = artifact.Text("manifest"),
                TrustedRootObtainedAt = artifact.Time("trustedRootObtainedAt"),
                TrustedRootHash = artifact.Text("trustedRootHash"),
            }
            : null;

    /// <summary>
    /// Those that policies and ceilings can name are no more than a spec names, and are all kept. Of what a tool alone vouches for there may be any number: one authority certifies many.
    /// </summary>
    private static ImmutableArray<Signer> Few(ImmutableArray<Signer> all) => all.Length <= MostSigners && !all.Any(IsLong) ? all
        : [.. all.OrderBy(signer => signer.IsClaimed).Take(MostSigners).Select(signer => IsLong(signer) ? signer with { Identity = Cut(signer.Identity), Issuer = Cut(signer.Issuer) } : signer).OrderBy(signer => signer.ToString(), StringComparer.Ordinal)];

    private static bool IsLong(Signer signer) => signer.IsClaimed && signer.Identity.Length + signer.Issuer.Length > 2 * MostCharacters;

    private static string Cut(string text) => text.Length <= MostCharacters ? text : text[..MostCharacters];

    /// <summary>Whether policies and ceilings cannot tell the two apart.</summary>
    internal bool IsLike(Artifact other) => Digest == other.Digest && Repository == other.Repository && Signers.SequenceEqual(other.Signers);
}
