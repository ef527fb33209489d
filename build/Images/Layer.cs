using System.Formats.Tar;
using System.IO.Compression;

namespace Tapedeck.Images;

/// <summary>One layer of an image: a folder as a compressed tar, the same bytes for the same folder on whatever machine and day.</summary>
/// <param name="DiffId">The digest of the tar.</param>
/// <param name="Blob">The compressed tar.</param>
/// <param name="Folder">What it was made of.</param>
internal sealed record Layer(string DiffId, Blob Blob, string Folder)
{
    // https://github.com/opencontainers/image-spec/blob/main/layer.md
    internal const string MediaType = "application/vnd.oci.image.layer.v1.tar+gzip";

    private const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable = ForAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    internal static Layer Of(string folder)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var entry in Below(new DirectoryInfo(folder)).OrderBy(entry => NameOf(folder, entry), StringComparer.Ordinal))
            {
                Write(writer, NameOf(folder, entry), entry);
            }
        }
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(tar.GetBuffer().AsSpan(0, (int)tar.Length));
        }
        return new Layer(Blob.DigestOf(tar.GetBuffer().AsSpan(0, (int)tar.Length)), new Blob(MediaType, compressed.ToArray()), folder);
    }

    private static IEnumerable<FileSystemInfo> Below(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            yield return entry;
            // A link to a folder is a link.
            if (entry is DirectoryInfo { LinkTarget: null } inner)
            {
                foreach (var below in Below(inner))
                {
                    yield return below;
                }
            }
        }
    }

    private static string NameOf(string folder, FileSystemInfo entry) => Path.GetRelativePath(folder, entry.FullName).Replace('\\', '/');

    /// <summary>
    /// Owner, group, and time are nobody's and the epoch, and of the mode nothing is kept but whether a file can be run, so that neither who built
    /// it nor when is in the bytes. Not PAX: .NET writes its process id into such headers.
    /// </summary>
    private static void Write(TarWriter writer, string name, FileSystemInfo entry)
    {
        var (type, mode) = entry switch
        {
            { LinkTarget: not null } => (TarEntryType.SymbolicLink, Executable),
            DirectoryInfo => (TarEntryType.Directory, Executable),
            _ when (entry.UnixFileMode & UnixFileMode.UserExecute) != 0 => (TarEntryType.RegularFile, Executable),
            _ => (TarEntryType.RegularFile, ForAll),
        };
        using var content = type == TarEntryType.RegularFile ? File.OpenRead(entry.FullName) : null;
        var header = new GnuTarEntry(type, type == TarEntryType.Directory ? name + "/" : name)
        {
            Mode = mode,
            ModificationTime = DateTimeOffset.UnixEpoch,
        };
        if (content is not null)
        {
            header.DataStream = content;
        }
        if (entry.LinkTarget is { } target)
        {
            header.LinkName = target;
        }
        writer.WriteEntry(header);
    }
}
