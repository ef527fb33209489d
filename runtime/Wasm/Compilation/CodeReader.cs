using System.Buffers.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Reads the instructions of a function body that has been validated, so it checks nothing.</summary>
internal ref struct CodeReader(ReadOnlySpan<byte> bytes, int position)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal int Position { get; set; } = position;

    internal readonly byte Peek => _bytes[Position];

    internal byte Byte() => _bytes[Position++];

    internal Opcode Next()
    {
        var first = _bytes[Position++];
        return first < 0xFC ? (Opcode)first : (Opcode)((first << 8) | (int)U32());
    }

    internal uint U32()
    {
        uint first = _bytes[Position++];
        if (first < 0x80)
        {
            return first;
        }
        var result = first & 0x7F;
        for (var shift = 7; ; shift += 7)
        {
            uint next = _bytes[Position++];
            result |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return result;
            }
        }
    }

    internal int Index() => (int)U32();

    internal int S32() => (int)S64();

    internal long S64()
    {
        long result = 0;
        for (var shift = 0; ; shift += 7)
        {
            long next = _bytes[Position++];
            result |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                shift += 7;
                return shift < 64 && (next & 0x40) != 0 ? result | (-1L << shift) : result;
            }
        }
    }

    internal ReadOnlySpan<byte> Take(int count)
    {
        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    internal int I32Bits() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    internal long I64Bits() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    internal MemoryArgument MemoryArgument()
    {
        var flags = U32();
        var memory = (flags & 0x40) != 0 ? Index() : 0;
        return new MemoryArgument(memory, U32());
    }

    /// <summary>The type of a block: a type index, one value type, or nothing.</summary>
    internal FuncType BlockType(FuncType[] types)
    {
        var code = S64();
        return code >= 0 ? types[code] : BlockTypes.OfShorthand((byte)(code & 0x7F));
    }

    /// <summary>Passes over the immediates of <paramref name="opcode"/>.</summary>
    internal void Skip(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If:
                S64();
                break;
            case Opcode.BrTable:
                for (var count = U32() + 1; count > 0; count--)
                {
                    U32();
                }
                break;
            case Opcode.SelectT:
                Take(Index());
                break;
            case Opcode.I32Const or Opcode.I64Const:
                S64();
                break;
            case Opcode.F32Const:
                Position += 4;
                break;
            case Opcode.F64Const:
                Position += 8;
                break;
            default:
                SkipRegular(opcode);
                break;
        }
    }

    private void SkipRegular(Opcode opcode)
    {
        if (Instructions.Find(opcode) is { } instruction)
        {
            switch (instruction.Immediate)
            {
                case Immediate.Memory:
                    MemoryArgument();
                    break;
                case Immediate.MemoryLane:
                    MemoryArgument();
                    Position++;
                    break;
                case Immediate.Lane:
                    Position++;
                    break;
                case Immediate.Bytes16:
                    Position += 16;
                    break;
                default:
                    break;
            }
            return;
        }
        for (var count = IndexImmediates(opcode); count > 0; count--)
        {
            U32();
        }
    }

    private static int IndexImmediates(Opcode opcode) => opcode switch
    {
        Opcode.Unreachable or Opcode.Nop or Opcode.Else or Opcode.End or Opcode.Return
            or Opcode.Drop or Opcode.Select or Opcode.RefIsNull => 0,
        Opcode.CallIndirect or Opcode.ReturnCallIndirect or Opcode.MemoryInit or Opcode.MemoryCopy
            or Opcode.TableInit or Opcode.TableCopy => 2,
        _ => 1,
    };
}

/// <summary>The memory and constant offset of a load or store.</summary>
internal readonly record struct MemoryArgument(int Memory, uint Offset);
