using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using FsCheck;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Layouts;
using Xunit;

namespace Tapedeck.Oci.Tests.Layouts;

public sealed class ImageLayerTests
{
    private const string Tar = "application/vnd.oci.image.layer.v1.tar";
    private const string TarGzip = Tar + "+gzip";

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.V7)]
    public void The_one_file_is_found_in_every_form_of_tar(TarEntryFormat format)
    {
        var content = Samples.Component(70_000);
        var layer = Pack(format, ("etc/", null), ("etc/readme.txt", "hello"u8.ToArray()), ("a/greet.wasm", content));
        Assert.Equal(content, Run(layer).Required);
    }

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void A_long_name_is_read_whole(TarEntryFormat format)
    {
        var folder = string.Concat(Enumerable.Repeat("a-folder-with-a-name/", 20));
        var content = Samples.Component();
        Assert.Equal(content, Run(Pack(format, ($"{folder}readme.wasm.txt", "x"u8.ToArray()), ($"{folder}greet.wasm", content))).Required);
    }

    [Theory]
    [InlineData("none", OciErrorKind.NotFound, "a.txt")]
    [InlineData("two", OciErrorKind.Ambiguous, "a.wasm b.wasm")]
    [InlineData("many", OciErrorKind.Ambiguous, "1.wasm 2.wasm 3.wasm 4.wasm 5.wasm 6.wasm 7.wasm 8.wasm 9.wasm")]
    public void Another_number_of_files_is_an_error(string name, OciErrorKind kind, string names) =>
        Assert.Equal(kind, Run(Pack(TarEntryFormat.Pax, [.. names.Split(' ').Select(file => (file, (byte[]?)Samples.Component()))])).Error!.Kind);

    [Theory]
    [InlineData("a later layer replaces", "a.wasm", "a.wasm", 2)]
    [InlineData("a later layer removes", "a.wasm b.wasm", ".wh.b.wasm", 1)]
    [InlineData("a later layer removes a folder", "a.wasm x/b.wasm x/y/c.wasm", ".wh.x", 1)]
    [InlineData("a later layer empties a folder and fills it", "x/a.wasm x/b.wasm", "x/.wh..wh..opq x/c.wasm", 2)]
    [InlineData("in whatever order", "x/a.wasm x/b.wasm", "x/c.wasm x/.wh..wh..opq", 2)]
    public void Layers_lie_over_each_other(string name, string first, string second, int from)
    {
        var layers = new[] { first, second }.Select((names, layer) =>
            Pack(TarEntryFormat.Pax, [.. names.Split(' ').Select(file => (file, (byte[]?)Samples.Component(seed: layer + 1)))]));
        Assert.Equal(Samples.Component(seed: from), Run([.. layers]).Required);
    }

    [Fact]
    public void A_link_is_no_file()
    {
        using var packed = new MemoryStream();
        using (var writer = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "a.wasm") { LinkName = "/etc/passwd" });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "b.wasm") { LinkName = "a.wasm" });
        }
        Assert.Equal(OciErrorKind.NotFound, Run(packed.ToArray()).Error!.Kind);
    }

    [Fact]
    public void A_bomb_is_stopped_at_its_cap()
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(Header("zeros", 8L << 30));
            var zeros = new byte[1 << 20];
            for (var piece = 0; piece < 512; piece++)
            {
                gzip.Write(zeros);
            }
        }
        Assert.InRange(bomb.Length, 0, 2 << 20);
        var watch = Stopwatch.StartNew();
        var error = Run([bomb.ToArray()], TarGzip, new PullOptions { MostUnpackedBytes = 64 << 20 }).Error!;
        Assert.Equal(OciErrorKind.TooLarge, error.Kind);
        Assert.Contains("unpacks to more than", error.What, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("a file that claims a gigabyte", "a.wasm", '0', 1L << 30, OciErrorKind.TooLarge)]
    [InlineData("a long name that claims a gigabyte", "a", 'L', 1L << 30, OciErrorKind.TooLarge)]
    [InlineData("a pax header that claims a gigabyte", "a", 'x', 1L << 30, OciErrorKind.TooLarge)]
    [InlineData("a file that is cut off", "a.wasm", '0', 100, OciErrorKind.Malformed)]
    public void A_claim_makes_no_buffer(string name, string file, char type, long size, OciErrorKind kind)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(kind, Run(Header(file, size, type)).Error!.Kind);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("no tar", Tar)]
    [InlineData("no gzip", TarGzip)]
    public void What_is_not_what_it_is_said_to_be_is_malformed(string name, string type) =>
        Assert.Equal(OciErrorKind.Malformed, Run([Encoding.ASCII.GetBytes(new string('x', 2000))], type).Error!.Kind);

    [Fact]
    public void A_byte_that_is_changed_is_no_exception()
    {
        var layer = Pack(TarEntryFormat.Pax, (new string('n', 150), "x"u8.ToArray()), ("a.wasm", Samples.Component()));
        Prop.ForAll<PositiveInt, byte>((at, to) =>
        {
            var broken = layer.ToArray();
            broken[at.Get * 31 % broken.Length] = to;
            return Run(broken) is { IsOk: true } or { Error: TerminalError };
        }).Check(new Configuration { MaxNbOfTest = 1000, QuietOnSuccess = true, Runner = Config.QuickThrowOnFailure.Runner });
    }

    private static Outcome<byte[]> Run(params byte[][] layers) => Run(layers, Tar);

    private static Outcome<byte[]> Run(byte[][] layers, string type, PullOptions? options = null)
    {
        var image = new ImageLayer(options ?? new PullOptions(), "here");
        foreach (var layer in layers)
        {
            using var content = new MemoryStream(layer);
            if (image.Apply(new Descriptor(type, Digest.Sha256(layer), layer.Length), content) is { } error)
            {
                return error;
            }
        }
        return image.TheOnlyFile();
    }

    private static byte[] Pack(TarEntryFormat format, params (string Name, byte[]? Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var writer = new TarWriter(packed, format, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                var type = content is null ? TarEntryType.Directory : format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile;
                System.Formats.Tar.TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(type, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(type, name),
                    _ => new PaxTarEntry(type, name),
                };
                if (content is not null)
                {
                    entry.DataStream = new MemoryStream(content);
                }
                writer.WriteEntry(entry);
            }
        }
        return packed.ToArray();
    }

    /// <summary>A header alone, right in form, with whatever size it claims.</summary>
    private static byte[] Header(string name, long size, char type = '0')
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        header[124] = 0x80;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        header[156] = (byte)type;
        var sum = header.Sum(part => part) + (8 * ' ');
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }
}
