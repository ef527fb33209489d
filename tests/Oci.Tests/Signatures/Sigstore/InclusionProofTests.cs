using FsCheck;
using Tapedeck.Oci.Signatures.Sigstore;
using Tapedeck.Oci.Tests.Signatures.Making;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Sigstore;

public sealed class InclusionProofTests
{
    [Fact]
    public void Every_leaf_of_every_small_tree_is_proved_and_no_other_place_is()
    {
        for (var size = 1; size <= 33; size++)
        {
            var leaves = Leaves(size);
            var root = MerkleTree.Root(leaves);
            for (var index = 0; index < size; index++)
            {
                var path = MerkleTree.Path(index, leaves);
                for (var claimed = 0; claimed <= size; claimed++)
                {
                    var refusal = new InclusionProof(claimed, size, root, path, null).Check(leaves[index]);
                    Assert.True(claimed == index == refusal is null, $"leaf {index} of {size} as {claimed}: {refusal}");
                }
            }
        }
    }

    [Fact]
    public void A_path_that_is_longer_shorter_or_otherwise_is_refused() => Prop.ForAll(
        Gen.Choose(2, 200).SelectMany(size => Gen.Choose(0, size - 1).Select(index => (size, index))).ToArbitrary(),
        tree =>
        {
            var leaves = Leaves(tree.size);
            var root = MerkleTree.Root(leaves);
            var path = MerkleTree.Path(tree.index, leaves);
            byte[][][] wrong = [[.. path, path[0]], path[1..], path[..^1], [.. path[..^1], root], [.. path.Reverse(), root]];
            return wrong.All(each => new InclusionProof(tree.index, tree.size, root, each, null).Check(leaves[tree.index]) is not null)
                && new InclusionProof(tree.index, tree.size, root, path, null).Check("another leaf"u8) is not null
                && new InclusionProof(tree.index, tree.size, root, path, null).Check(leaves[tree.index]) is null;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MaxValue - 1, long.MaxValue)]
    public void Numbers_at_the_edges_are_answered(long index, long size) =>
        Assert.NotNull(new InclusionProof(index, size, new byte[32], [new byte[32]], null).Check("leaf"u8));

    private static byte[][] Leaves(int size) => [.. Enumerable.Range(0, size).Select(BitConverter.GetBytes)];
}
