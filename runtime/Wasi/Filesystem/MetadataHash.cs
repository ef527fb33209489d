using System.Buffers.Binary;
using System.Security.Cryptography;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Filesystem;

/// <summary><c>metadata-hash</c>: the same for all names of one file, and tells nothing of the numbers that the host has for it.</summary>
/// <remarks>The lower half is of the file's identity alone, since C libraries make the number of the inode of it; the upper half is another when the file was modified.</remarks>
internal static class MetadataHash
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    internal static (ulong Lower, ulong Upper) Of(in FileStat stat)
    {
        Span<byte> metadata = stackalloc byte[40];
        BinaryPrimitives.WriteUInt64LittleEndian(metadata, stat.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(metadata[8..], stat.Inode);
        BinaryPrimitives.WriteUInt64LittleEndian(metadata[16..], stat.Size);
        BinaryPrimitives.WriteInt64LittleEndian(metadata[24..], stat.Modified.Seconds);
        BinaryPrimitives.WriteInt64LittleEndian(metadata[32..], stat.Modified.Nanoseconds);
        return (Hash(metadata[..16]), Hash(metadata));
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Key, bytes, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
