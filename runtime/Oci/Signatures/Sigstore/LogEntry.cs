namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// An entry of a transparency log with its proofs.
/// <see href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_rekor.proto"/> (TransparencyLogEntry)
/// </summary>
/// <param name="IntegratedTime">The log's clock, in seconds of Unix time; believed only under a <paramref name="Promise"/>.</param>
/// <param name="Promise">The signed entry timestamp. Rekor v2 has none.</param>
/// <param name="Body">The canonicalised entry, the bytes of the tree's leaf.</param>
internal sealed record LogEntry(long LogIndex, byte[] LogId, string Kind, string Version, long? IntegratedTime, byte[]? Promise,
    InclusionProof? Proof, byte[] Body);
