using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Loads, stores and bulk operations, most of them inside their memory, many at its edges, some beyond.</summary>
internal sealed class MemoryGenerator(FunctionGenerator parent)
{
    private const int Page = 1 << 16;
    private static readonly Instruction[] Stores =
        [.. Instructions.All.Where(static row => row is { Immediate: Immediate.Memory or Immediate.MemoryLane, Result: null })];

    private readonly Scope _scope = parent.Scope;

    private Chance Chance => _scope.Chance;
    private ModuleTree Module => _scope.Module;

    /// <summary>A load, or null where every memory is too small to hold it.</summary>
    internal Node? Load(Instruction instruction, int size) =>
        AnyMemory(instruction.Width) is { } memory ? Access(instruction, memory, size) : null;

    internal Node? Store(int size)
    {
        var types = _scope.Flavour.Types;
        var instruction = Chance.Pick(Stores);
        for (var tries = 0; tries < 4 && !types.Contains(instruction.Operands[1]); tries++)
        {
            instruction = Chance.Pick(Stores);
        }
        return AnyMemory(instruction.Width) is { } memory ? Access(instruction, memory, size) : null;
    }

    /// <summary>A load of an i32 from memory 0 at an address as it is, or null where that has no room for one.</summary>
    internal Node? Raw(Node address)
    {
        if (Module.Memories.Count == 0 || Bytes(0) < sizeof(int))
        {
            return null;
        }
        var offset = Chance.Percent(50) ? Chance.Below(64) : Bytes(0) - sizeof(int) - (Chance.Percent(50) ? 0 : Chance.Below(4));
        return Code.Of(Opcode.I32Load, [ValType.I32], new ByteWriter().U32(2).U32((uint)offset).ToArray(), address);
    }

    internal Node? Size() =>
        Module.Memories.Count == 0 ? null : Code.Of(Opcode.MemorySize, [ValType.I32], Code.U32(Chance.Below(Module.Memories.Count)));

    /// <summary>Where a memory has no maximum, how far it grows is the host's affair, so it is asked for nothing or for too much.</summary>
    internal Node? Grow(int size)
    {
        if (Module.Memories.Count == 0)
        {
            return null;
        }
        var memory = Chance.Below(Module.Memories.Count);
        var isBounded = Module.Memories[memory].Limits.Max is not null;
        var pages = isBounded && Chance.Percent(70)
            ? Code.Of(Opcode.I32And, parent.Value(ValType.I32, size - 2), Code.I32(3))
            : Code.I32(Chance.Pick((uint[])[0, 0x1_0001, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]));
        return Code.Of(Opcode.MemoryGrow, [ValType.I32], Code.U32(memory), pages);
    }

    internal Node? Fill(int size)
    {
        if (AnyMemory(1) is not { } memory)
        {
            return null;
        }
        var (at, count) = Range(Bytes(memory), size / 2);
        return Code.Of(Opcode.MemoryFill, [], Code.U32(memory), at, parent.Value(ValType.I32, size / 2), count);
    }

    internal Node? Copy(int size)
    {
        if (AnyMemory(1) is not { } from || AnyMemory(1) is not { } to)
        {
            return null;
        }
        var length = Math.Min(Bytes(from), Bytes(to));
        var (at, count) = Range(length, size / 2);
        var (source, _) = Range(length, size / 2);
        return Code.Of(Opcode.MemoryCopy, [], Code.U32(to, from), at, source, count);
    }

    internal Node? Init(int size)
    {
        if (AnyMemory(1) is not { } memory || AnySegment() is not { } data)
        {
            return null;
        }
        var length = Module.Data[data].Mode == SegmentMode.Passive ? Module.Data[data].Bytes.Length : 0;
        var risky = _scope.IsRisky();
        var count = risky ? Chance.Below(20) : Chance.Below(length + 1);
        var source = risky ? Chance.Below(20) : Chance.Below(length - count + 1);
        var (at, _) = Range(Bytes(memory), size);
        return Code.Of(Opcode.MemoryInit, [], Code.U32(data, memory), at, Code.I32(source), Code.I32(count));
    }

    /// <summary>Drops a segment. Rarely of a passive one, since later uses of it then trap.</summary>
    internal Node? DataDrop() =>
        AnySegment() is { } data && (Module.Data[data].Mode == SegmentMode.Active || _scope.IsRisky())
            ? Code.Of(Opcode.DataDrop, [], Code.U32(data))
            : null;

    private int? AnySegment() => Module.Data.Count == 0 ? null : Chance.Below(Module.Data.Count);

    private long Bytes(int memory) => (long)Module.Memories[memory].Limits.Min * Page;

    /// <summary>A memory of at least so many bytes; a smaller one only at a risk.</summary>
    private int? AnyMemory(int bytes)
    {
        if (Module.Memories.Count == 0)
        {
            return null;
        }
        var memory = Chance.Below(Module.Memories.Count);
        return Bytes(memory) >= bytes || _scope.IsRisky() ? memory : null;
    }

    private Node Access(Instruction instruction, int memory, int size)
    {
        var isStore = instruction.Result is null;
        var operands = instruction.Operands.Length;
        var (address, offset) = Address(Bytes(memory), instruction.Width, size / operands);
        var node = Code.Of(instruction.Opcode, instruction.Result is { } type ? [type] : [], MemArg(instruction, memory, offset), address);
        if (operands > 1)
        {
            var value = parent.Value(instruction.Operands[1], size / 2);
            node.Operands.Add(isStore ? parent.Floats.Seen(value) : value);
        }
        return node;
    }

    private byte[] MemArg(Instruction instruction, int memory, uint offset)
    {
        var most = int.Log2(instruction.Width);
        var align = Chance.Percent(60) ? most : Chance.Below(most + 1);
        var writer = new ByteWriter();
        if (memory != 0 || Chance.Percent(3))
        {
            // Bit 6: a memory index follows.
            writer.U32(align | 0x40).U32(memory);
        }
        else
        {
            writer.U32(align);
        }
        writer.U32(offset);
        if (instruction.Immediate == Immediate.MemoryLane)
        {
            writer.Byte(Chance.Below(instruction.Lanes));
        }
        return writer.ToArray();
    }

    private (Node Address, uint Offset) Address(long length, int width, int size)
    {
        if (length < width || _scope.IsRisky())
        {
            return Beyond(length, width, size);
        }
        // The last place where the access fits.
        var last = length - width;
        switch (Chance.Weighted([60, 15, 10, 15]))
        {
            case 0:
                // A narrow mask, so that loads meet earlier stores.
                var mask = Math.Min(Chance.Pick((int[])[7, 31, 63, 255, 4095]), int.MaxValue);
                var room = last - mask;
                var offset = room <= 0 ? 0 : Chance.Pick((long[])[0, 0, 0, 1, 8, Math.Min(1000, room), room, Math.Min(Page - 2, room)]);
                return (Code.Of(Opcode.I32And, parent.Value(ValType.I32, size - 2), Code.I32(mask)), (uint)offset);
            case 1:
                var edge = Chance.Below(3) switch { 0 => last, 1 => Math.Min(last, Page - Chance.Between(1, 3)), _ => 0 };
                var part = edge == 0 ? 0 : Chance.Below((int)edge + 1);
                return Chance.Below(3) switch
                {
                    0 => (Code.I32((uint)edge), 0),
                    1 => (Code.I32(0), (uint)edge),
                    _ => (Code.I32(part), (uint)(edge - part)),
                };
            case 2:
                return (Code.Of(Opcode.I32RemU, parent.Value(ValType.I32, size - 2), Code.I32((int)last + 1)), 0);
            default:
                return (Code.I32(Chance.Below(64)), (uint)Chance.Below(64));
        }
    }

    private (Node Address, uint Offset) Beyond(long length, int width, int size)
    {
        uint[] edges =
        [
            (uint)(length - width), (uint)(length - width + 1), (uint)(length - 1), (uint)length, (uint)length + 1, 0xFFFF_FFFF, 0xFFFF_FFF0, 0x8000_0000,
            0x7FFF_FFFF, 0, 1, (uint)-length, (uint)(-length - width),
        ];
        return (Chance.Percent(70) ? Code.I32(Chance.Pick(edges)) : parent.Value(ValType.I32, size), Chance.Percent(50) ? Chance.Pick(edges) : (uint)Chance.Below(100));
    }

    /// <summary>Where and how many bytes, inside <paramref name="length"/>.</summary>
    private (Node At, Node Count) Range(long length, int size)
    {
        if (_scope.IsRisky())
        {
            var (at, _) = Beyond(length, 0, size);
            return (at, Chance.Percent(50) ? Code.I32(Chance.Below(3)) : Code.I32(Chance.Pick((uint[])[0xFFFF_FFFF, 0x8000_0000, (uint)length, 0])));
        }
        var most = length == 0 ? 0 : Chance.Pick((int[])[0, 1, 15, 255, 4095]);
        var count = most == 0 ? Code.I32(0) : Code.Of(Opcode.I32And, parent.Value(ValType.I32, size / 2), Code.I32(most));
        var room = (int)(length - most);
        var start = Chance.Percent(50)
            ? Code.I32(Chance.Percent(50) ? room : Chance.Below(room + 1))
            : Code.Of(Opcode.I32And, parent.Value(ValType.I32, size / 2), Code.I32(Math.Min(room, 4095) >= 4095 ? 4095 : 0));
        return (start, count);
    }
}
