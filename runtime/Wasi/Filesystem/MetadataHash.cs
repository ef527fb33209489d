using System.Buffers.Binary;
using System.Security.Cryptography;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Filesystem;

/// <summary><c>metadata-hash</c>: the same for all names of one file, and tells nothing of the numbers that the host has for it.</summary>
internal static class MetadataHash
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    internal static (ulong Lower, ulong Upper) Of(in FileStat stat)
    {
        Span<byte> identity = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(identity, stat.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(identity[8..], stat.Inode);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Key, identity, hash);
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]));
    }
}
