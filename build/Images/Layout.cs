using System.Formats.Tar;

namespace Tapedeck.Images;

/// <summary>An image layout in one tar, as <c>ctr images import</c> and <c>skopeo copy oci-archive:</c> read it.</summary>
internal static class Layout
{
    // https://github.com/opencontainers/image-spec/blob/main/image-layout.md
    private static readonly byte[] Marker = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray();

    internal static void Write(Stream to, Image image)
    {
        using var writer = new TarWriter(to, TarEntryFormat.Gnu, leaveOpen: true);
        Add(writer, "oci-layout", Marker);
        Add(writer, "index.json", image.Index.Bytes);
        foreach (var blob in image.Blobs.DistinctBy(blob => blob.Digest).OrderBy(blob => blob.Digest, StringComparer.Ordinal))
        {
            Add(writer, $"blobs/{blob.Digest.Replace(':', '/')}", blob.Bytes);
        }
    }

    private static void Add(TarWriter writer, string name, ReadOnlyMemory<byte> bytes) => writer.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name)
    {
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        ModificationTime = DateTimeOffset.UnixEpoch,
        DataStream = new MemoryStream(bytes.ToArray(), writable: false),
    });
}
