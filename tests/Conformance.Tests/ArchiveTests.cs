using System.Formats.Tar;
using System.IO.Compression;
using Xunit;

namespace Tapedeck.Conformance.Tests;

public sealed class ArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("conformance").FullName;

    [Fact]
    public void A_folder_and_its_tgz_are_the_same()
    {
        var suite = Directory.CreateDirectory(Path.Combine(_folder, "suite"));
        suite.CreateSubdirectory("a");
        File.WriteAllBytes(Path.Combine(suite.FullName, "a", "full.wasm"), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(suite.FullName, "empty.wasm"), []);
        var tgz = Path.Combine(_folder, "suite.tgz");
        using (var gzip = new GZipStream(File.Create(tgz), CompressionLevel.Fastest))
        {
            TarFile.CreateFromDirectory(suite.FullName, gzip, includeBaseDirectory: false);
        }

        foreach (var archive in new[] { Archive.Open(suite.FullName), Archive.Open(tgz) })
        {
            Assert.Equal(["a/full.wasm", "empty.wasm"], archive.Paths);
            Assert.Equal([1, 2, 3], archive.Read("a/full.wasm"));
            Assert.Empty(archive.Read("empty.wasm"));
        }
    }

    [Fact]
    public void Nothing_is_never_a_suite() => Assert.Throws<UsageException>(() => Archive.Open(Path.Combine(_folder, "nowhere")));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
