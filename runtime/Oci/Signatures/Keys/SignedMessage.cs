using System.Security.Cryptography;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Keys;

/// <summary>What was signed: bytes, or, where only that is known, their SHA-256 digest.</summary>
internal sealed class SignedMessage
{
    private readonly ReadOnlyMemory<byte>? _bytes;
    private readonly byte[]? _sha256;

    private SignedMessage(ReadOnlyMemory<byte>? bytes, byte[]? sha256)
    {
        _bytes = bytes;
        _sha256 = sha256;
    }

    internal static SignedMessage Of(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    internal static SignedMessage OfSha256(byte[] digest) => new(null, digest);

    /// <summary>Null where only the digest is known.</summary>
    internal ReadOnlyMemory<byte>? Bytes => _bytes;

    /// <summary>The message's digest. Null where it is not known with this algorithm.</summary>
    internal byte[]? Hash(HashAlgorithmName algorithm) => _bytes is { } bytes
        ? Hashing.Of(algorithm, bytes.Span)
        : algorithm == HashAlgorithmName.SHA256 ? _sha256 : null;
}
