using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>The entries of a directory, read a block at a time, without <c>.</c> and <c>..</c>.</summary>
internal sealed class DirectoryListing : IDisposable
{
    private const int BlockBytes = 32 << 10;
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    private readonly FileHandle _directory;
    private readonly byte[] _block = new byte[BlockBytes];
    private int _at;
    private int _end;

    private DirectoryListing(FileHandle directory) => _directory = directory;

    /// <summary>Opens the directory anew, so that each listing has a position of its own.</summary>
    internal static ErrorCode Open(FileHandle directory, out DirectoryListing? listing)
    {
        var outcome = directory.Open(".", Libc.ReadOnly | Libc.Directory, 0, out var opened);
        listing = opened is null ? null : new DirectoryListing(opened);
        return outcome;
    }

    /// <summary>The next entry; null at the end.</summary>
    internal ErrorCode Next(out (DescriptorType Type, string Name)? entry)
    {
        entry = null;
        while (true)
        {
            if (_at == _end)
            {
                var read = Libc.DirectoryEntries(_directory, _block);
                if (read <= 0)
                {
                    return Errno.Of(read);
                }
                (_at, _end) = (0, (int)read);
            }
            var record = _block.AsSpan(_at, BinaryPrimitives.ReadUInt16LittleEndian(_block.AsSpan(_at + LengthOffset)));
            _at += record.Length;
            var name = record[NameOffset..];
            name = name[..name.IndexOf((byte)0)];
            if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
            {
                continue;
            }
            if (!Utf8.IsValid(name))
            {
                return ErrorCode.IllegalByteSequence;
            }
            var text = Encoding.UTF8.GetString(name);
            entry = (TypeOf(record[TypeOffset], text), text);
            return ErrorCode.None;
        }
    }

    public void Dispose() => _directory.Dispose();

    private DescriptorType TypeOf(byte type, string name)
    {
        if (FileStat.TypeOfEntry(type) is var known && known != DescriptorType.Unknown)
        {
            return known;
        }
        using var place = new Place(_directory, isOwner: false, name, name, endsInSlash: false, hasLinks: false);
        return place.Stat(out var stat) == ErrorCode.None ? stat.Type : DescriptorType.Unknown;
    }
}
