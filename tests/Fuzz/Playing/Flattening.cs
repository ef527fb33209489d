using System.Runtime.Intrinsics;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Playing;

/// <summary>What shims do to arguments and results, done by the host.</summary>
internal static class Flattening
{
    internal static Value Join(ValType type, Value[] flat, ref int at) => type switch
    {
        ValType.F32 => Value.F32(BitConverter.Int32BitsToSingle(flat[at++].AsI32)),
        ValType.F64 => Value.F64(BitConverter.Int64BitsToDouble(flat[at++].AsI64)),
        ValType.V128 => Value.V128(Vector128.Create(flat[at++].AsI64, flat[at++].AsI64).AsByte()),
        _ => flat[at++],
    };

    internal static IEnumerable<Value> Split(ValType type, Value value) => type switch
    {
        ValType.F32 => [Value.I32(Reduce(value.AsI32))],
        ValType.F64 => [Value.I64(Reduce(value.AsI64))],
        ValType.V128 => [Value.I64(value.AsV128.AsInt64()[0]), Value.I64(value.AsV128.AsInt64()[1])],
        _ => [value],
    };

    /// <summary>Leaves of a NaN the bits that are not open. See <see cref="Generation.FloatGenerator"/>.</summary>
    private static int Reduce(int bits) => float.IsNaN(BitConverter.Int32BitsToSingle(bits)) ? bits & 0x7FC0_0000 : bits;

    private static long Reduce(long bits) => double.IsNaN(BitConverter.Int64BitsToDouble(bits)) ? bits & 0x7FF8_0000_0000_0000 : bits;
}
