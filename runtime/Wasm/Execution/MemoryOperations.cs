using System.Runtime.CompilerServices;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>The bulk memory instructions. They run in pieces of 1 MiB and look for an interrupt before each.</summary>
internal static unsafe class MemoryOperations
{
    private const long Piece = 1 << 20;

    internal static int Grow(int pages, int memory, nint context) => (int)Store.InstanceOf(context).Memories[memory].Grow((uint)pages);

    internal static void Fill(int address, int value, int count, int memory, nint context)
    {
        var to = Range(memory, (uint)address, (uint)count, context);
        for (long done = 0; done < (uint)count; done += Piece)
        {
            Poll(context);
            Unsafe.InitBlockUnaligned(to + done, (byte)value, (uint)Math.Min(Piece, (uint)count - done));
        }
    }

    internal static void Copy(int destination, int source, int count, int destinationMemory, int sourceMemory, nint context)
    {
        var from = Range(sourceMemory, (uint)source, (uint)count, context);
        var to = Range(destinationMemory, (uint)destination, (uint)count, context);
        CopyPieces(from, to, (uint)count, context);
    }

    internal static void Init(int destination, int source, int count, int segment, int memory, nint context)
    {
        var instance = Store.InstanceOf(context);
        var bytes = instance.Segment(segment);
        if ((uint)source + (ulong)(uint)count > (ulong)bytes.Length)
        {
            throw new TrapException(TrapCode.OutOfBoundsMemoryAccess);
        }
        var to = Range(memory, (uint)destination, (uint)count, context);
        fixed (byte* from = bytes.Slice(source, count))
        {
            CopyPieces(from, to, (uint)count, context);
        }
    }

    internal static void DataDrop(int segment, nint context) => Store.InstanceOf(context).DropData(segment);

    private static void CopyPieces(byte* from, byte* to, long count, nint context)
    {
        // Where the ranges overlap with the source below, the last piece goes first.
        var backwards = from < to && to < from + count;
        for (long done = 0; done < count; done += Piece)
        {
            Poll(context);
            var piece = Math.Min(Piece, count - done);
            var at = backwards ? count - done - piece : done;
            Buffer.MemoryCopy(from + at, to + at, piece, piece);
        }
    }

    private static byte* Range(int memory, uint address, uint count, nint context)
    {
        var start = Store.InstanceOf(context).BaseOf(memory);
        if (address + (ulong)count > (ulong)MemoryHeader.ReadLength(start))
        {
            throw new TrapException(TrapCode.OutOfBoundsMemoryAccess);
        }
        return (byte*)start + address;
    }

    internal static void Poll(nint context)
    {
        if (Volatile.Read(ref ((StoreBlock*)((InstanceContext*)context)->Store)->Interrupt) != 0)
        {
            throw new TrapException(TrapCode.Interrupted);
        }
    }
}
