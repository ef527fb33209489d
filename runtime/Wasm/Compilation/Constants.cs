using System.Buffers.Binary;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Writes constants.</summary>
internal static class Constants
{
    /// <summary>Whether some IL is one constant integer and nothing else.</summary>
    internal static bool IsInteger(ReadOnlySpan<byte> code) => code.Length switch
    {
        1 => code[0] == (byte)Il.LdcI4Zero,
        2 => code[0] == (byte)Il.LdcI4Short,
        5 => code[0] == (byte)Il.LdcI4,
        9 => code[0] == (byte)Il.LdcI8,
        _ => false,
    };

    internal static void LoadI64(IlWriter il, long value)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = (byte)Il.LdcI8;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], value);
        il.Append(bytes);
    }
}
