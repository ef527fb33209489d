using System.Buffers.Binary;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Writes constants.</summary>
internal static class Constants
{
    internal static void LoadI64(IlWriter il, long value)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = (byte)Il.LdcI8;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], value);
        il.Append(bytes);
    }
}
