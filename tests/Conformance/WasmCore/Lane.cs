using System.Buffers.Binary;

namespace Tapedeck.Conformance.WasmCore;

/// <summary>A number of the suite: its bits, whatever its type. A scalar is a vector of one lane.</summary>
internal static class Lane
{
    internal static int Bytes(string type) => type switch
    {
        "i8" => 1,
        "i16" => 2,
        "i32" or "f32" => 4,
        "i64" or "f64" => 8,
        _ => throw new NotSupportedException($"a lane of type {type}"),
    };

    /// <summary>The bits of a number that is written in decimals, signed or unsigned; of a float, its bits are what is written.</summary>
    internal static ulong Parse(string type, string text)
    {
        var bits = text.StartsWith('-') ? (ulong)long.Parse(text) : ulong.Parse(text);
        return bits & (ulong.MaxValue >> (64 - (8 * Bytes(type))));
    }

    /// <summary>True if the bits are the ones of the pattern: a number, <c>nan:canonical</c> or <c>nan:arithmetic</c>.</summary>
    /// <remarks>A canonical NaN has a payload of only the quiet bit, an arithmetic one has at least the quiet bit; the sign is free.
    /// <see href="https://webassembly.github.io/spec/core/syntax/values.html#floating-point"/></remarks>
    internal static bool Matches(string type, string pattern, ulong bits) => (pattern, type) switch
    {
        ("nan:canonical", "f32") => (bits & 0x7FFF_FFFF) == 0x7FC0_0000,
        ("nan:arithmetic", "f32") => (bits & 0x7FC0_0000) == 0x7FC0_0000,
        ("nan:canonical", "f64") => (bits & 0x7FFF_FFFF_FFFF_FFFF) == 0x7FF8_0000_0000_0000,
        ("nan:arithmetic", "f64") => (bits & 0x7FF8_0000_0000_0000) == 0x7FF8_0000_0000_0000,
        _ => bits == Parse(type, pattern),
    };

    internal static ulong Read(string type, ReadOnlySpan<byte> vector, int lane) => Bytes(type) switch
    {
        1 => vector[lane],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(vector[(2 * lane)..]),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(vector[(4 * lane)..]),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(vector[(8 * lane)..]),
    };

    internal static void Write(string type, Span<byte> vector, int lane, ulong bits)
    {
        var bytes = Bytes(type);
        for (var i = 0; i < bytes; i++)
        {
            vector[(lane * bytes) + i] = (byte)(bits >> (8 * i));
        }
    }
}
