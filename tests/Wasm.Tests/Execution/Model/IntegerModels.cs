namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary><see href="https://webassembly.github.io/spec/core/exec/numerics.html#integer-operations"/></summary>
internal static class IntegerModels
{
    internal static void Add(Action<string, Model> add)
    {
        foreach (var (shape, width) in Shapes.Integers)
        {
            AddArithmetic(shape, width, add);
            AddShifts(shape, width, add);
            AddComparisons(shape, width, add);
            add($"{shape}AllTrue", x => Expected.Of(32, Flag(Enumerable.Range(0, 128 / width).All(i => x[0].Get(width, i) != 0))));
            add($"{shape}Bitmask", x => Expected.Of(32, Enumerable.Range(0, 128 / width).Aggregate(0UL,
                (mask, i) => mask | ((x[0].Get(width, i) >> (width - 1)) << i))));
        }

        AddSaturating("I8x16", 8, add);
        AddSaturating("I16x8", 16, add);
        AddMinMax("I8x16", 8, add);
        AddMinMax("I16x8", 16, add);
        AddMinMax("I32x4", 32, add);
        add("I8x16Popcnt", Shapes.Unary(8, a => Enumerable.Range(0, 8).Count(bit => (a >> bit & 1) != 0)));
        add("I16x8Q15mulrSatS", Shapes.Signed(16, (a, b) => Math.Clamp((a * b + 0x4000) >> 15, short.MinValue, short.MaxValue)));
        AddScalar("I32", 32, add);
        AddScalar("I64", 64, add);
    }

    private static void AddArithmetic(string shape, int width, Action<string, Model> add)
    {
        add($"{shape}Add", Shapes.Signed(width, (a, b) => a + b));
        add($"{shape}Sub", Shapes.Signed(width, (a, b) => a - b));
        add($"{shape}Neg", Shapes.Unary(width, a => -a));
        add($"{shape}Abs", Shapes.Unary(width, a => a < 0 ? -a : a));
        if (width > 8)
        {
            add($"{shape}Mul", Shapes.Signed(width, (a, b) => a * b));
        }
    }

    private static void AddShifts(string shape, int width, Action<string, Model> add)
    {
        int Count(UInt128[] x) => (int)x[1].Get(32, 0) & (width - 1);
        add($"{shape}Shl", x => Shapes.Lanes(width, i => x[0].Get(width, i) << Count(x)));
        add($"{shape}ShrS", x => Shapes.Lanes(width, i => (ulong)(x[0].GetSigned(width, i) >> Count(x))));
        add($"{shape}ShrU", x => Shapes.Lanes(width, i => x[0].Get(width, i) >> Count(x)));
    }

    private static void AddComparisons(string shape, int width, Action<string, Model> add)
    {
        Model Compare(Func<long, long, bool> holds) => Shapes.Signed(width, (a, b) => holds(a, b) ? -1 : 0);
        Model CompareUnsigned(Func<ulong, ulong, bool> holds) => Shapes.Unsigned(width, (a, b) => holds(a, b) ? ulong.MaxValue : 0);
        add($"{shape}Eq", Compare((a, b) => a == b));
        add($"{shape}Ne", Compare((a, b) => a != b));
        add($"{shape}LtS", Compare((a, b) => a < b));
        add($"{shape}GtS", Compare((a, b) => a > b));
        add($"{shape}LeS", Compare((a, b) => a <= b));
        add($"{shape}GeS", Compare((a, b) => a >= b));
        if (width < 64)
        {
            add($"{shape}LtU", CompareUnsigned((a, b) => a < b));
            add($"{shape}GtU", CompareUnsigned((a, b) => a > b));
            add($"{shape}LeU", CompareUnsigned((a, b) => a <= b));
            add($"{shape}GeU", CompareUnsigned((a, b) => a >= b));
        }
    }

    private static void AddSaturating(string shape, int width, Action<string, Model> add)
    {
        var (min, max, maxU) = (-1L << (width - 1), (1L << (width - 1)) - 1, (1L << width) - 1);
        add($"{shape}AddSatS", Shapes.Signed(width, (a, b) => Math.Clamp(a + b, min, max)));
        add($"{shape}SubSatS", Shapes.Signed(width, (a, b) => Math.Clamp(a - b, min, max)));
        add($"{shape}AddSatU", Shapes.Unsigned(width, (a, b) => Math.Min(a + b, (ulong)maxU)));
        add($"{shape}SubSatU", Shapes.Unsigned(width, (a, b) => a < b ? 0 : a - b));
        add($"{shape}AvgrU", Shapes.Unsigned(width, (a, b) => (a + b + 1) / 2));
    }

    private static void AddMinMax(string shape, int width, Action<string, Model> add)
    {
        add($"{shape}MinS", Shapes.Signed(width, Math.Min));
        add($"{shape}MaxS", Shapes.Signed(width, Math.Max));
        add($"{shape}MinU", Shapes.Unsigned(width, Math.Min));
        add($"{shape}MaxU", Shapes.Unsigned(width, Math.Max));
    }

    private static void AddScalar(string type, int width, Action<string, Model> add)
    {
        Int128 S(UInt128 x) => x.GetSigned(width, 0);
        ulong U(UInt128 x) => x.Get(width, 0);
        int Count(UInt128[] x) => (int)(U(x[1]) % (ulong)width);
        Expected Result(Int128 value) => Expected.Of(width, (ulong)(UInt128)value);
        Model Divide(Func<UInt128[], Expected> f) => x => U(x[1]) == 0 ? Expected.Traps(TrapCode.IntegerDivideByZero) : f(x);

        add($"{type}DivS", Divide(x => S(x[0]) / S(x[1]) is var q && q == (Int128)1 << (width - 1)
            ? Expected.Traps(TrapCode.IntegerOverflow) : Result(q)));
        add($"{type}DivU", Divide(x => Result(U(x[0]) / U(x[1]))));
        add($"{type}RemS", Divide(x => Result(S(x[0]) - S(x[1]) * (S(x[0]) / S(x[1])))));
        add($"{type}RemU", Divide(x => Result(U(x[0]) % U(x[1]))));
        add($"{type}Shl", x => Result((Int128)U(x[0]) << Count(x)));
        add($"{type}ShrS", x => Result(S(x[0]) >> Count(x)));
        add($"{type}ShrU", x => Result(U(x[0]) >> Count(x)));
        add($"{type}Rotl", x => Result((Int128)(((UInt128)U(x[0]) << Count(x)) | ((UInt128)U(x[0]) >> (width - Count(x))))));
        add($"{type}Rotr", x => Result((Int128)(((UInt128)U(x[0]) >> Count(x)) | ((UInt128)U(x[0]) << (width - Count(x))))));
        add($"{type}Clz", x => Result(Enumerable.Range(0, width).TakeWhile(i => (U(x[0]) >> (width - 1 - i) & 1) == 0).Count()));
        add($"{type}Ctz", x => Result(Enumerable.Range(0, width).TakeWhile(i => (U(x[0]) >> i & 1) == 0).Count()));
        add($"{type}Popcnt", x => Result(Enumerable.Range(0, width).Count(i => (U(x[0]) >> i & 1) != 0)));
    }

    private static ulong Flag(bool value) => value ? 1UL : 0UL;
}
