using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Oci.Storage;

namespace Tapedeck.Operator.Artifacts;

/// <summary>
/// The digests of the manifests that a tag or range of a spec has led to, in the order in which pods took them into use. What was resolved and then refused, or never served, is not
/// among them. RATIONALE.md, "What does it mean that a tag moves back?"
/// </summary>
/// <param name="Of">The repository with the tag or range.</param>
internal sealed record TagRecord(string Of, ImmutableArray<string> Digests)
{
    internal const int MostDigests = 32;

    /// <summary>What the status says of what the spec asks for now; nothing where the spec has a digest, which cannot move.</summary>
    internal static TagRecord? Read(KubeObject tool, WasmToolSpec spec)
    {
        if (spec.Component is not OciSource { Ref.Kind: not ArtifactRefKind.Digest } source)
        {
            return null;
        }
        var of = $"{source.Repository}{source.Ref}";
        // Another tag has a history of its own: whoever changes the spec means it.
        return tool.Find("status", "tagHistory") is { } history && history.Text("of") == of ? new(of, [.. history.Texts("digests").TakeLast(MostDigests)]) : new(of, []);
    }

    /// <summary>Whether it had this before what it had last. Records of before have the digests of indexes, where now their manifests' are written.</summary>
    internal bool IsBack(Artifact artifact) => !IsLast(artifact.Ran) && (IsBack(artifact.Ran) || IsBack(artifact.Digest));

    private bool IsBack(string digest) =>
        Digest.TryParse(digest, out var now) && TagHistory.Move([.. Digests.Select(text => Digest.TryParse(text, out var seen) ? seen : null).OfType<Digest>()], now) == TagMove.Back;

    private bool IsLast(string digest) => Digests is [.., var last] && last == digest;

    internal TagRecord With(string digest) => IsLast(digest)
        ? this
        : this with { Digests = [.. Digests.Where(seen => seen != digest).TakeLast(MostDigests - 1), digest] };

    internal JsonObject? ToJson() => Digests.IsEmpty ? null : Json.Object(("of", Of), ("digests", Json.Texts(Digests)));
}
