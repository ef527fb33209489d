using System.Formats.Tar;
using System.IO.Compression;
using Xunit;

namespace Tapedeck.Images.Tests;

public sealed class LayerTests
{
    private static readonly string LongName = $"usr/share/{new string('d', 90)}/{new string('f', 90)}";

    [Fact]
    public void The_same_files_make_the_same_bytes_whoever_wrote_them_when_and_in_which_order()
    {
        using var first = new Folder().Add("b", "2").Add("a/x", "1", isExecutable: true).Add(LongName, "3").Link("l", "a/x");
        using var second = new Folder().Link("l", "a/x").Add(LongName, "3").Add("a/x", "1", isExecutable: true).Add("b", "2");
        File.SetLastWriteTimeUtc(Path.Combine(second.Path, "b"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetUnixFileMode(Path.Combine(second.Path, "b"), UnixFileMode.UserRead | UnixFileMode.GroupWrite);
        Assert.Equal(Layer.Of(first.Path).Blob.Digest, Layer.Of(second.Path).Blob.Digest);
    }

    [Theory]
    [InlineData("b", "two", false)]
    [InlineData("c", "2", false)]
    [InlineData("b", "2", true)]
    public void Another_text_name_or_right_to_run_makes_another_layer(string name, string text, bool isExecutable)
    {
        using var one = new Folder().Add("b", "2");
        using var other = new Folder().Add(name, text, isExecutable);
        Assert.NotEqual(Layer.Of(one.Path).DiffId, Layer.Of(other.Path).DiffId);
    }

    [Fact]
    public void A_layer_holds_folders_files_and_links_of_nobody_and_no_time()
    {
        using var folder = new Folder().Add("bin/run", "#!", isExecutable: true).Add("etc/x", "1").Add(LongName, "2").Link("lib", "usr/lib");
        var entries = Entries(Layer.Of(folder.Path));
        Assert.Equal(
            ["bin/ Directory 755", "bin/run RegularFile 755", "etc/ Directory 755", "etc/x RegularFile 644", "lib -> usr/lib SymbolicLink 755", "usr/ Directory 755", "usr/share/ Directory 755",
             $"{Path.GetDirectoryName(LongName)}/ Directory 755", $"{LongName} RegularFile 644"],
            entries.Select(entry => $"{entry.Name}{(entry.LinkName.Length > 0 ? $" -> {entry.LinkName}" : "")} {entry.EntryType} {Convert.ToString((int)entry.Mode, 8)}"));
        Assert.All(entries, entry => Assert.Equal((0, 0, DateTimeOffset.UnixEpoch), (entry.Uid, entry.Gid, entry.ModificationTime)));
    }

    private static List<TarEntry> Entries(Layer layer)
    {
        using var reader = new TarReader(new GZipStream(new MemoryStream(layer.Blob.Bytes.ToArray()), CompressionMode.Decompress));
        List<TarEntry> entries = [];
        while (reader.GetNextEntry() is { } entry)
        {
            entries.Add(entry);
        }
        return entries;
    }
}
