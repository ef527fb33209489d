using System.Security.Cryptography;

namespace Tapedeck.Oci.Tests.Signatures.Making;

/// <summary>The hashes and paths of <see href="https://www.rfc-editor.org/rfc/rfc6962#section-2.1"/>, as its recursive definitions have them.</summary>
internal static class MerkleTree
{
    internal static byte[] Root(ReadOnlySpan<byte[]> leaves) => leaves.Length switch
    {
        0 => SHA256.HashData([]),
        1 => SHA256.HashData([0, .. leaves[0]]),
        var n => SHA256.HashData([1, .. Root(leaves[..Split(n)]), .. Root(leaves[Split(n)..])]),
    };

    internal static byte[][] Path(int index, ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
        {
            return [];
        }
        var split = Split(leaves.Length);
        return index < split
            ? [.. Path(index, leaves[..split]), Root(leaves[split..])]
            : [.. Path(index - split, leaves[split..]), Root(leaves[..split])];
    }

    /// <summary>The largest power of two below n.</summary>
    private static int Split(int n) => 1 << (int)Math.Floor(Math.Log2(n - 1));
}
