using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>valtype</c> and the small productions around it.</summary>
internal static class ValTypeReader
{
    private const byte FirstPrimitive = 0x73;

    // By code, from string (0x73) to bool (0x7f).
    private static readonly WitType[] Primitives =
    [
        WitType.String, WitType.Char, WitType.F64, WitType.F32, WitType.U64, WitType.S64, WitType.U32, WitType.S32, WitType.U16, WitType.S16, WitType.U8, WitType.S8,
        WitType.Bool,
    ];

    internal static ValTypeDeclaration Read(ref ByteReader reader)
    {
        var start = reader.Position;
        var code = reader.PeekByte();
        if (PrimitiveOf(code) is { } primitive)
        {
            reader.ReadByte();
            return new ValTypeDeclaration(primitive, 0);
        }
        var index = reader.ReadS33();
        return index >= 0 ? new ValTypeDeclaration(null, (uint)index) : throw reader.UnknownByte(code, "component value type", start);
    }

    internal static ValTypeDeclaration? ReadOptional(ref ByteReader reader) => reader.ReadPresence("optional component value type") ? Read(ref reader) : null;

    internal static WitType? PrimitiveOf(byte code)
    {
        const byte ErrorContext = 0x64;
        const byte LastPrimitive = 0x7F;
        return code is >= FirstPrimitive and <= LastPrimitive ? Primitives[code - FirstPrimitive] : code == ErrorContext ? WitType.ErrorContext : null;
    }

    /// <summary>A <c>resultlist</c>.</summary>
    internal static ValTypeDeclaration? ReadResult(ref ByteReader reader)
    {
        var start = reader.Position;
        switch (reader.ReadByte())
        {
            case 0:
                return Read(ref reader);
            case 1:
                reader.ReadExactly(0, "number of results");
                return null;
            case var other:
                throw reader.UnknownByte(other, "component function results", start);
        }
    }
}
