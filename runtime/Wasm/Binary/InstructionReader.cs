using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes the parts of <see href="https://webassembly.github.io/spec/core/binary/instructions.html"/>.</summary>
internal static class InstructionReader
{
    private const int MemoryIndexBit = 0x40;

    /// <summary>An opcode of the features in use.</summary>
    internal static Opcode ReadOpcode(ref WasmReader reader)
    {
        var start = reader.Position;
        var code = reader.ReadByte();
        if (code is Prefix.Miscellaneous or Prefix.Vector)
        {
            return ReadPrefixed(ref reader, code, start);
        }
        if (!Instructions.IsKnown((Opcode)code))
        {
            throw Unknown(reader, code, start);
        }
        return (Opcode)code;
    }

    /// <summary>The type of a block; an index is one of <paramref name="types"/> types.</summary>
    internal static BlockType ReadBlockType(ref WasmReader reader, int types)
    {
        const byte Empty = 0x40;
        var start = reader.Position;
        var code = reader.PeekByte();
        if (code == Empty)
        {
            reader.ReadByte();
            return new(-1, null);
        }
        // A single byte with the sign bit is a value type; everything else is a type index.
        if ((code & 0xC0) == 0x40)
        {
            return new(-1, TypeReader.ReadValType(ref reader));
        }
        var index = reader.ReadSigned(33);
        return index >= 0
            ? new(reader.CheckIndex((uint)index, types, "type", start), null)
            : throw reader.Malformed("malformed block type", start);
    }

    /// <summary>The immediate of a load or store in one of <paramref name="memories"/> memories.</summary>
    internal static MemArg ReadMemArg(ref WasmReader reader, int memories)
    {
        var start = reader.Position;
        var flags = reader.ReadU32();
        if (flags >= 2 * MemoryIndexBit)
        {
            throw reader.Malformed("malformed memop flags", start);
        }
        var memory = (flags & MemoryIndexBit) != 0 ? reader.ReadIndex(memories, "memory") : 0;
        if (memory >= memories)
        {
            throw reader.Invalid("unknown memory 0", start);
        }
        var at = reader.Position;
        var offset = reader.ReadU64();
        return offset <= uint.MaxValue
            ? new((int)flags & ~MemoryIndexBit, memory, (uint)offset)
            : throw reader.Invalid("offset out of range", at);
    }

    /// <summary>Skips the immediate of a scalar constant; gives the constant's type.</summary>
    internal static ValType SkipNumber(ref WasmReader reader, Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.I32Const:
                reader.ReadS32();
                return ValType.I32;
            case Opcode.I64Const:
                reader.ReadS64();
                return ValType.I64;
            case Opcode.F32Const:
                reader.ReadBytes(sizeof(float));
                return ValType.F32;
            case Opcode.F64Const:
                reader.ReadBytes(sizeof(double));
                return ValType.F64;
            default:
                throw new ArgumentOutOfRangeException(nameof(opcode), opcode, "not a scalar constant");
        }
    }

    private static Opcode ReadPrefixed(ref WasmReader reader, byte prefix, int start)
    {
        var number = reader.ReadU32();
        var opcode = (Opcode)(prefix << 8 | (int)(number & 0xFF));
        if (number > 0xFF || !Instructions.IsKnown(opcode))
        {
            throw Unknown(reader, prefix, number, start);
        }
        return opcode;
    }

    private static InvalidModuleException Unknown(WasmReader reader, byte code, int start) =>
        Unknown(reader, Feature.OfOpcode(code), $"{code:x2}", start);

    private static InvalidModuleException Unknown(WasmReader reader, byte prefix, uint number, int start) =>
        Unknown(reader, Feature.OfPrefixed(prefix, number), $"{prefix:x2} {number:x2}", start);

    private static InvalidModuleException Unknown(WasmReader reader, string? feature, string bytes, int start) => feature is null
        ? reader.Malformed($"illegal opcode {bytes}", start)
        : reader.Unsupported(feature, $"opcode {bytes}", start);
}
