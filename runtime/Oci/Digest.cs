using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Tapedeck.Oci;

/// <summary>
/// The name of content: an algorithm and the lower-case hexadecimal hash. The two registered algorithms are known, and no other.
/// <see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests"/>
/// </summary>
public sealed record Digest
{
    private const string Sha256Name = "sha256";
    private const string Sha512Name = "sha512";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private Digest(string algorithm, string hex) => (Algorithm, Hex) = (algorithm, hex);

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>64 or 128 lower-case hexadecimal digits.</summary>
    public string Hex { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        var colon = text is null ? -1 : text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return false;
        }
        var (algorithm, hex) = (text![..colon], text[(colon + 1)..]);
        if (hex.Length == HexLength(algorithm) && !hex.AsSpan().ContainsAnyExcept(HexDigits))
        {
            digest = new Digest(algorithm, hex);
        }
        return digest is not null;
    }

    /// <summary>Reads a digest that is known to be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException("expected sha256: and 64, or sha512: and 128, lower-case hexadecimal digits");

    /// <summary>The SHA-256 digest of <paramref name="content"/>.</summary>
    public static Digest Sha256(ReadOnlySpan<byte> content) => new(Sha256Name, Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>True where <paramref name="content"/> has this digest.</summary>
    public bool Matches(ReadOnlySpan<byte> content) =>
        Hex == Convert.ToHexStringLower(Algorithm == Sha512Name ? SHA512.HashData(content) : SHA256.HashData(content));

    /// <summary>A hash to feed with content as it streams by.</summary>
    internal IncrementalHash StartHash() =>
        IncrementalHash.CreateHash(Algorithm == Sha512Name ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    /// <summary>True where the content that <paramref name="hash"/> was fed with has this digest. Resets the hash.</summary>
    internal bool Matches(IncrementalHash hash) => Hex == Convert.ToHexStringLower(hash.GetHashAndReset());

    private static int HexLength(string algorithm) => algorithm switch
    {
        Sha256Name => 64,
        Sha512Name => 128,
        _ => -1,
    };

    public override string ToString() => $"{Algorithm}:{Hex}";
}
