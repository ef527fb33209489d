using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>
/// Lies directly before a memory's base, so that compiled code finds the length by the base alone. An access of N bytes at <c>ea</c> is out of bounds if
/// <c>ea &gt; LimitN</c> as signed numbers; the limit is length - N, so it is negative for a memory smaller than N and every access traps.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal unsafe struct MemoryHeader
{
    internal const int Bytes = 64;
    internal const int LengthOffset = -48;

    [FieldOffset(16)] internal long Length;
    [FieldOffset(24)] internal long Limit16;
    [FieldOffset(32)] internal long Limit8;
    [FieldOffset(40)] internal long Limit4;
    [FieldOffset(48)] internal long Limit2;
    [FieldOffset(56)] internal long Limit1;

    /// <summary>The offset from the base, a negative number, of the limit for accesses of <paramref name="width"/> bytes.</summary>
    internal static int LimitOffset(int width) => width switch
    {
        1 => -8,
        2 => -16,
        4 => -24,
        8 => -32,
        16 => -40,
        _ => throw new ArgumentOutOfRangeException(nameof(width)),
    };

    internal static long ReadLength(nint basePointer) => Of(basePointer)->Length;

    internal static void Write(nint basePointer, long length)
    {
        var header = Of(basePointer);
        header->Length = length;
        header->Limit16 = length - 16;
        header->Limit8 = length - 8;
        header->Limit4 = length - 4;
        header->Limit2 = length - 2;
        header->Limit1 = length - 1;
    }

    internal static void Clear(nint basePointer) => *Of(basePointer) = default;

    private static MemoryHeader* Of(nint basePointer) => (MemoryHeader*)basePointer - 1;
}
