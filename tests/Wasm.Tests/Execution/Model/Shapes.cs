namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary>Lifts functions on lanes to functions on vectors.</summary>
internal static class Shapes
{
    internal static readonly (string Name, int Width)[] Integers = [("I8x16", 8), ("I16x8", 16), ("I32x4", 32), ("I64x2", 64)];

    /// <summary>Scalars and vectors alike: a scalar is one lane.</summary>
    internal static readonly (string Name, int Width, int Count)[] Floats = [("F32", 32, 1), ("F64", 64, 1), ("F32x4", 32, 4), ("F64x2", 64, 2)];

    internal static ulong Get(this UInt128 vector, int width, int lane) => (ulong)(vector >> (width * lane)) & Lane.Mask(width);

    internal static long GetSigned(this UInt128 vector, int width, int lane) => Signed(vector.Get(width, lane), width);

    internal static long Signed(ulong bits, int width) => (long)(bits << (64 - width)) >> (64 - width);

    internal static Expected Lanes(int width, Func<int, Lane> lane, int count = 0) =>
        Expected.Of(width, [.. Enumerable.Range(0, count == 0 ? 128 / width : count).Select(lane)]);

    internal static Model Unary(int width, Func<long, long> f) => x => Lanes(width, i => (ulong)f(x[0].GetSigned(width, i)));

    internal static Model Signed(int width, Func<long, long, long> f) =>
        x => Lanes(width, i => (ulong)f(x[0].GetSigned(width, i), x[1].GetSigned(width, i)));

    internal static Model Unsigned(int width, Func<ulong, ulong, ulong> f) =>
        x => Lanes(width, i => f(x[0].Get(width, i), x[1].Get(width, i)));

    internal static Model Bits(Func<UInt128[], UInt128> f) => x =>
    {
        var result = f(x);
        return Expected.Of(64, (ulong)result, (ulong)(result >> 64));
    };
}
