using System.Security.Cryptography;

namespace Tapedeck.Oci.Signatures.Reading;

/// <summary>The hash algorithms that anything signed may use.</summary>
internal static class Hashing
{
    internal static byte[] Of(HashAlgorithmName algorithm, ReadOnlySpan<byte> bytes) => algorithm.Name switch
    {
        "SHA256" => SHA256.HashData(bytes),
        "SHA384" => SHA384.HashData(bytes),
        "SHA512" => SHA512.HashData(bytes),
        _ => throw new ArgumentException($"{algorithm.Name} is not one of the hash algorithms in use"),
    };

    /// <summary>By the name in a log's entries, <c>sha256</c> or <c>SHA2_256</c>.</summary>
    internal static HashAlgorithmName Named(string name) => name switch
    {
        "sha256" or "SHA2_256" => HashAlgorithmName.SHA256,
        "sha384" or "SHA2_384" => HashAlgorithmName.SHA384,
        "sha512" or "SHA2_512" => HashAlgorithmName.SHA512,
        _ => throw new UnreadableException(RefusalReason.Unsupported, $"the hash algorithm '{UntrustedText.Show(name)}' is unknown"),
    };
}
