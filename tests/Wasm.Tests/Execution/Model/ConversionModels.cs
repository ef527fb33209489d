using System.Numerics;

namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary><see href="https://webassembly.github.io/spec/core/exec/numerics.html#conversions"/></summary>
internal static class ConversionModels
{
    internal static void Add(Action<string, Model> add)
    {
        foreach (var (sign, isSigned) in new[] { ("S", true), ("U", false) })
        {
            foreach (var (from, to) in new[] { (32, 32), (32, 64), (64, 32), (64, 64) })
            {
                add($"I{to}TruncF{from}{sign}", x => Trapping(x[0].Get(from, 0), from, to, isSigned));
                add($"I{to}TruncSatF{from}{sign}", x => Expected.Of(to, Saturated(x[0].Get(from, 0), from, to, isSigned)));
                add($"F{to}ConvertI{from}{sign}", x => Expected.Of(to, FloatBits.Round(Integer(x[0], from, 0, isSigned), to)));
            }

            add($"I32x4TruncSatF32x4{sign}", x => Shapes.Lanes(32, i => Saturated(x[0].Get(32, i), 32, 32, isSigned)));
            add($"I32x4TruncSatF64x2{sign}Zero", x => Shapes.Lanes(32, i => i > 1 ? 0UL : Saturated(x[0].Get(64, i), 64, 32, isSigned)));
            add($"F32x4ConvertI32x4{sign}", x => Shapes.Lanes(32, i => FloatBits.Round(Integer(x[0], 32, i, isSigned), 32)));
            add($"F64x2ConvertLowI32x4{sign}", x => Shapes.Lanes(64, i => FloatBits.Round(Integer(x[0], 32, i, isSigned), 64)));
        }

        add("F32DemoteF64", x => Expected.Of(32, Demoted(x[0].Get(64, 0))));
        add("F64PromoteF32", x => Expected.Of(64, Promoted(x[0].Get(32, 0))));
        add("F32x4DemoteF64x2Zero", x => Shapes.Lanes(32, i => i > 1 ? 0UL : Demoted(x[0].Get(64, i))));
        add("F64x2PromoteLowF32x4", x => Shapes.Lanes(64, i => Promoted(x[0].Get(32, i))));
        add("I32ReinterpretF32", x => Expected.Of(32, x[0].Get(32, 0)));
        add("F32ReinterpretI32", x => Expected.Of(32, x[0].Get(32, 0)));
        add("I64ReinterpretF64", x => Expected.Of(64, x[0].Get(64, 0)));
        add("F64ReinterpretI64", x => Expected.Of(64, x[0].Get(64, 0)));
    }

    private static BigInteger Integer(UInt128 vector, int width, int lane, bool isSigned) =>
        isSigned ? vector.GetSigned(width, lane) : vector.Get(width, lane);

    private static (BigInteger Min, BigInteger Max) Range(int width, bool isSigned) => isSigned
        ? (-(BigInteger.One << (width - 1)), (BigInteger.One << (width - 1)) - 1)
        : (0, (BigInteger.One << width) - 1);

    private static Expected Trapping(ulong bits, int from, int to, bool isSigned)
    {
        var value = FloatBits.Value(bits, from);
        if (double.IsNaN(value))
        {
            return Expected.Traps(TrapCode.InvalidConversionToInteger);
        }

        // BigInteger cuts towards zero.
        var (min, max) = Range(to, isSigned);
        return double.IsInfinity(value) || new BigInteger(value) is var cut && (cut < min || cut > max)
            ? Expected.Traps(TrapCode.IntegerOverflow)
            : Expected.Of(to, Bits(new BigInteger(value)));
    }

    private static ulong Saturated(ulong bits, int from, int to, bool isSigned)
    {
        var value = FloatBits.Value(bits, from);
        var (min, max) = Range(to, isSigned);
        return value switch
        {
            double.NaN => 0,
            double.PositiveInfinity => Bits(max),
            double.NegativeInfinity => Bits(min),
            _ => Bits(BigInteger.Min(max, BigInteger.Max(min, new BigInteger(value)))),
        };
    }

    private static ulong Bits(BigInteger value) => (ulong)(value & ulong.MaxValue);

    // Whether the NaN is canonical is a matter of the operand's width, and the rule has no width of its own.
    private static Lane Demoted(ulong bits) => Lane.IsNan(bits, 64) ? Lane.Nans(64, bits) : FloatBits.Demote(bits);

    private static Lane Promoted(ulong bits) =>
        Lane.IsNan(bits, 32) ? Lane.Nans(32, bits) : FloatBits.Of(FloatBits.Value(bits, 32), 64);
}
