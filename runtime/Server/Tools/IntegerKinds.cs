using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Server.Tools;

/// <summary>The integers of WIT with their ranges.</summary>
internal static class IntegerKinds
{
    /// <summary>The largest whole number to which every smaller one has a double of its own.</summary>
    internal const long MostExact = 1L << 53;

    internal static (Int128 Least, Int128 Most) RangeOf(WitKind kind) => kind switch
    {
        WitKind.S8 => (sbyte.MinValue, sbyte.MaxValue),
        WitKind.U8 => (byte.MinValue, byte.MaxValue),
        WitKind.S16 => (short.MinValue, short.MaxValue),
        WitKind.U16 => (ushort.MinValue, ushort.MaxValue),
        WitKind.S32 => (int.MinValue, int.MaxValue),
        WitKind.U32 => (uint.MinValue, uint.MaxValue),
        WitKind.S64 => (long.MinValue, long.MaxValue),
        WitKind.U64 => (ulong.MinValue, ulong.MaxValue),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no integer"),
    };

    /// <summary>Many readers of JSON hold numbers as doubles, so these may be texts.</summary>
    internal static bool MayBeText(WitKind kind) => kind is WitKind.S64 or WitKind.U64;

    internal static WitValue Value(WitKind kind, Int128 value) => kind switch
    {
        WitKind.S8 => WitValue.S8((sbyte)value),
        WitKind.U8 => WitValue.U8((byte)value),
        WitKind.S16 => WitValue.S16((short)value),
        WitKind.U16 => WitValue.U16((ushort)value),
        WitKind.S32 => WitValue.S32((int)value),
        WitKind.U32 => WitValue.U32((uint)value),
        WitKind.S64 => WitValue.S64((long)value),
        _ => WitValue.U64((ulong)value),
    };
}
