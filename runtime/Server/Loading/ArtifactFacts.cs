using System.Collections.Immutable;
using Tapedeck.Oci.Signatures;

namespace Tapedeck.Server.Loading;

/// <summary>What is known of a loaded tool and its artifact.</summary>
/// <param name="Tool">As <c>namespace/name</c>.</param>
/// <param name="Source">Where it came from, for people.</param>
/// <param name="Digest">What was asked for by digest: of the manifest, or of the file.</param>
/// <param name="ContentDigest">Of the component itself, whatever manifest leads to it.</param>
/// <param name="Repository">What ceilings compare with the registries that they allow.</param>
/// <param name="IsVerified">Whether a signature of somebody who is trusted was found.</param>
/// <param name="Bytes">Of the component.</param>
/// <param name="Imports">The interfaces that it imports.</param>
internal sealed record ArtifactFacts(
    string Tool, string Source, string Digest, string ContentDigest, string Repository, bool IsVerified, long Bytes, ImmutableArray<string> Imports, ImmutableArray<SignerIdentity> Signers, ImmutableArray<string> Notices);
