using System.Collections.Immutable;

namespace Tapedeck.Oci.Signatures;

/// <summary>Something at a registry that claims to be a signature, as bytes. Nothing of it was believed yet.</summary>
/// <param name="Where">The place, for people.</param>
internal abstract record FoundSignature(string Where);

/// <summary>A layer under the tag <c>sha256-….sig</c>, as cosign up to version 2 writes it.</summary>
/// <param name="Payload">The layer's bytes: what is signed.</param>
internal sealed record TagSignature(string Where, ReadOnlyMemory<byte> Payload, ImmutableDictionary<string, string> Annotations) : FoundSignature(Where);

/// <summary>A Sigstore bundle among the referrers, as cosign from version 3 writes it.</summary>
internal sealed record BundleSignature(string Where, ReadOnlyMemory<byte> Json) : FoundSignature(Where);

/// <summary>A signature envelope of notation among the referrers.</summary>
/// <param name="MediaType"><c>application/jose+json</c> or <c>application/cose</c>.</param>
internal sealed record EnvelopeSignature(string Where, string MediaType, ReadOnlyMemory<byte> Envelope) : FoundSignature(Where);
