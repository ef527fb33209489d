using System.Formats.Tar;
using System.IO.Compression;

namespace Tapedeck.Conformance;

/// <summary>The files of a suite, from a folder or a gzipped tar, by paths with forward slashes.</summary>
internal sealed class Archive
{
    private readonly Dictionary<string, Lazy<byte[]>> _files;

    private Archive(Dictionary<string, Lazy<byte[]>> files) => _files = files;

    internal IEnumerable<string> Paths => _files.Keys.Order(StringComparer.Ordinal);

    /// <summary>The bytes of a file. <exception cref="FileNotFoundException">There is none of that path.</exception></summary>
    internal byte[] Read(string path) => _files.TryGetValue(path, out var bytes) ? bytes.Value : throw new FileNotFoundException(path);

    internal static Archive Open(string path)
    {
        var archive = new Archive(Directory.Exists(path) ? OfFolder(path) : File.Exists(path) ? OfTar(path) : []);
        return archive._files.Count > 0 ? archive : throw new UsageException($"NO DATA: '{path}' is neither a folder with files nor a .tgz");
    }

    private static Dictionary<string, Lazy<byte[]>> OfFolder(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(folder, file).Replace('\\', '/'),
            file => new Lazy<byte[]>(() => File.ReadAllBytes(file)));

    private static Dictionary<string, Lazy<byte[]>> OfTar(string path)
    {
        var files = new Dictionary<string, Lazy<byte[]>>();
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                // An empty file has no stream.
                var bytes = new byte[entry.Length];
                entry.DataStream?.ReadExactly(bytes);
                files[entry.Name] = new Lazy<byte[]>(bytes);
            }
        }
        return files;
    }
}
