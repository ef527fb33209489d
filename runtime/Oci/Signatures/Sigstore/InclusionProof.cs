using System.Numerics;
using System.Security.Cryptography;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// The proof that an entry is in a Merkle tree: <see href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2"/>, which is that of RFC 6962.
/// </summary>
/// <param name="Checkpoint">The log's signed word on the tree; only version 0.1 of the bundle may lack it.</param>
internal sealed record InclusionProof(long LogIndex, long TreeSize, byte[] RootHash, byte[][] Hashes, string? Checkpoint)
{
    /// <summary>More are not needed for any tree.</summary>
    internal const int MostHashes = 64;

    internal Refusal? Check(ReadOnlySpan<byte> entry)
    {
        if (LogIndex >= TreeSize)
        {
            return Wrong($"the entry's index {LogIndex} is not below the tree's size {TreeSize}");
        }
        var index = (ulong)LogIndex;
        var last = (ulong)TreeSize - 1;
        var hash = Leaf(entry);
        foreach (var sibling in Hashes)
        {
            if (last == 0)
            {
                return Wrong("the path has too many hashes");
            }
            if ((index & 1) == 1 || index == last)
            {
                hash = Node(sibling, hash);
                // The right edge of the tree: levels without a sibling are passed over.
                var passed = (index & 1) == 1 ? 0 : BitOperations.TrailingZeroCount(index);
                index >>= passed;
                last >>= passed;
            }
            else
            {
                hash = Node(hash, sibling);
            }
            index >>= 1;
            last >>= 1;
        }
        return last != 0 ? Wrong("the path has too few hashes")
            : !hash.AsSpan().SequenceEqual(RootHash) ? Wrong("the path does not lead to the root hash")
            : null;
    }

    private static byte[] Leaf(ReadOnlySpan<byte> entry) => SHA256.HashData([0, .. entry]);

    private static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => SHA256.HashData([1, .. left, .. right]);

    private static Refusal Wrong(string why) => new(RefusalReason.WrongLogEntry, $"the inclusion proof is wrong: {why}");
}
