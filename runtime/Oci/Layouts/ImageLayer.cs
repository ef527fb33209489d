using System.IO.Compression;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Layouts;

/// <summary>
/// Finds the one <c>.wasm</c> file in the layers of a container image. Nothing is unpacked to disk.
/// <see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md"/>
/// </summary>
internal sealed class ImageLayer(PullOptions options, string where)
{
    private const string Tar = "application/vnd.oci.image.layer.v1.tar";
    private const string TarGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    private const string DockerTarGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private const string Whiteout = ".wh.";
    private const string OpaqueWhiteout = ".wh..wh..opq";
    private const int MostFiles = 8;
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    internal static bool IsKnown(string mediaType) => mediaType is Tar or TarGzip or DockerTarGzip;

    /// <summary>Lays one layer over those before.</summary>
    internal OciError? Apply(Descriptor layer, Stream content)
    {
        try
        {
            using var plain = layer.MediaType == Tar ? content : new GZipStream(content, CompressionMode.Decompress, leaveOpen: true);
            var tar = new TarEntries(plain, options.MostUnpackedBytes);
            // Whiteouts are about the layers below, wherever in their own layer they stand.
            var below = _files.Keys.ToHashSet(StringComparer.Ordinal);
            while (tar.Next() is { } entry)
            {
                Apply(entry, tar, below);
            }
            return null;
        }
        catch (ShapeException e)
        {
            return new TerminalError(e.Kind, $"the layer {layer.Digest} {e.Message}", where, "publish the component itself, as one application/wasm layer");
        }
        catch (InvalidDataException)
        {
            return new TerminalError(OciErrorKind.Malformed, $"the layer {layer.Digest} is no gzip", where, "publish the component itself, as one application/wasm layer");
        }
    }

    /// <summary>The file, after all layers.</summary>
    internal Outcome<byte[]> TheOnlyFile() =>
        _files.Count == 1 ? _files.Values.Single()
        : new TerminalError(_files.Count == 0 ? OciErrorKind.NotFound : OciErrorKind.Ambiguous,
            $"the image has {_files.Count} .wasm files", where, "publish the component itself, as one application/wasm layer");

    private void Apply(TarEntry entry, TarEntries tar, HashSet<string> below)
    {
        var name = (entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name).Trim('/');
        var slash = name.LastIndexOf('/') + 1;
        var (folder, file) = (name[..slash], name[slash..]);
        if (file == OpaqueWhiteout)
        {
            Remove(below, path => path.StartsWith(folder, StringComparison.Ordinal));
        }
        else if (file.StartsWith(Whiteout, StringComparison.Ordinal))
        {
            var gone = $"{folder}{file[Whiteout.Length..]}";
            Remove(below, path => path == gone || path.StartsWith($"{gone}/", StringComparison.Ordinal));
        }
        else if (entry.IsFile && file.EndsWith(".wasm", StringComparison.Ordinal))
        {
            Keep(name, entry, tar);
            below.Remove(name);
        }
    }

    private void Remove(HashSet<string> below, Predicate<string> gone)
    {
        foreach (var path in below.Where(path => gone(path)))
        {
            _files.Remove(path);
        }
    }

    private void Keep(string name, TarEntry entry, TarEntries tar)
    {
        if (entry.Size > options.MostComponentBytes)
        {
            throw new ShapeException($"has a .wasm file of {entry.Size} bytes, at most {options.MostComponentBytes} are taken", OciErrorKind.TooLarge);
        }
        if (_files.Count == MostFiles && !_files.ContainsKey(name))
        {
            throw new ShapeException($"has more than {MostFiles} .wasm files", OciErrorKind.Ambiguous);
        }
        _files[name] = tar.Content(entry);
    }
}
