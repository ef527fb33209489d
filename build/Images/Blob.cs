using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Tapedeck.Images;

/// <summary>Bytes that are named by their SHA-256.</summary>
internal sealed record Blob(string MediaType, ReadOnlyMemory<byte> Bytes)
{
    internal string Digest { get; } = DigestOf(Bytes.Span);

    // https://github.com/opencontainers/image-spec/blob/main/descriptor.md
    internal JsonObject Descriptor() => new() { ["mediaType"] = MediaType, ["digest"] = Digest, ["size"] = Bytes.Length };

    internal static string DigestOf(ReadOnlySpan<byte> bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
