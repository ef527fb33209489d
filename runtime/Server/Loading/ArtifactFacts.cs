using System.Collections.Immutable;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Server.Loading;

/// <summary>What is known of a loaded tool and its artifact.</summary>
/// <param name="Tool">As <c>namespace/name</c>.</param>
/// <param name="Source">Where it came from, for people.</param>
/// <param name="Digest">What was asked for by digest: of the manifest, or of the file.</param>
/// <param name="ContentDigest">Of the component itself, whatever manifest leads to it.</param>
/// <param name="Repository">What ceilings compare with the registries that they allow.</param>
/// <param name="Bytes">Of the component.</param>
/// <param name="Imports">The interfaces that it imports.</param>
/// <param name="Signers">Whose signatures were verified.</param>
internal sealed record ArtifactFacts(
    string Tool, string Source, string Digest, string ContentDigest, string Repository, long Bytes, ImmutableArray<string> Imports, ImmutableArray<Signer> Signers, ImmutableArray<string> Notices);
