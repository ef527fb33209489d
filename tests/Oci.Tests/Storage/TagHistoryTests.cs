using Tapedeck.Oci.Storage;
using Xunit;

namespace Tapedeck.Oci.Tests.Storage;

/// <summary>Rollback: a tag that moves back to content that is older and well signed.</summary>
public sealed class TagHistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-tags-").FullName;
    private readonly Reference _tag = Reference.Parse("r.test/demo/greet:1.0").Required;

    [Theory]
    [InlineData("never looked at", "", 'a', TagMove.First)]
    [InlineData("as it was", "a", 'a', TagMove.None)]
    [InlineData("to something new", "ab", 'c', TagMove.Forward)]
    [InlineData("back by one", "ab", 'a', TagMove.Back)]
    [InlineData("back by two", "abc", 'a', TagMove.Back)]
    [InlineData("to what was taken back into use knowingly", "aba", 'a', TagMove.None)]
    [InlineData("forward again after that", "aba", 'b', TagMove.Back)]
    [InlineData("back beyond what is remembered", "a", 'a', TagMove.Forward, 70)]
    public void A_move_of_a_tag_has_a_name(string name, string before, char now, TagMove expected, int others = 0)
    {
        var history = new TagHistory(ContentStore.Open(_folder, TimeProvider.System).Required);
        foreach (var digest in before.Select(Of).Concat(Enumerable.Range(0, others).Select(number => Digest.Sha256(BitConverter.GetBytes(number)))))
        {
            Assert.Null(history.Record(_tag, digest));
        }
        Assert.Equal(expected, history.Look(_tag, Of(now)));
    }

    [Fact]
    public void Looking_is_not_recording()
    {
        var history = new TagHistory(ContentStore.Open(_folder, TimeProvider.System).Required);
        Assert.Equal(TagMove.First, history.Look(_tag, Of('a')));
        Assert.Equal(TagMove.First, history.Look(_tag, Of('b')));
    }

    [Fact]
    public void Tags_are_remembered_one_by_one_and_by_other_processes()
    {
        new TagHistory(ContentStore.Open(_folder, TimeProvider.System).Required).Record(_tag, Of('a'));
        var other = new TagHistory(ContentStore.Open(_folder, TimeProvider.System).Required);
        Assert.Equal(TagMove.None, other.Look(_tag, Of('a')));
        Assert.Equal(TagMove.First, other.Look(_tag.WithTag("2.0"), Of('a')));
        Assert.Equal(TagMove.First, other.Look(Reference.Parse("r.test/demo/other:1.0").Required, Of('a')));
        // The digest of a pinned reference is no part of the tag's name.
        Assert.Equal(TagMove.None, other.Look(_tag.With(Of('b')), Of('a')));
    }

    private static Digest Of(char content) => Digest.Sha256([(byte)content]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
