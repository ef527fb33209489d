using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Values at which engines go wrong: borders of ranges, powers of two and their neighbours, NaN payloads, subnormals, borders of truncations.</summary>
internal static class OddValues
{
    private static readonly ulong[] Integers =
    [
        0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000,
        0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000,
        ulong.MaxValue, ulong.MaxValue - 1, 0xFFFF_FFFF_8000_0000, 0xFFFF_FFFF_FFFF_FF80, 0xFFFF_FFFF_FFFF_8000,
        0x5555_5555_5555_5555, 0xAAAA_AAAA_AAAA_AAAA, 0x0102_0304_0506_0708,
        0x20_0000_0000_0001, 0x7FFF_FFFF_FFFF_FC00, 0x7FFF_FFBF_FFFF_FFFF, 0x8000_0000_0000_0401, 0x100_0001, 0x1FF_FFFF,
    ];

    private static readonly double[] Numbers =
    [
        0, 1, -1, 0.5, -0.5, 1.5, 2.5, -1.5, -2.5, 0.49999999999999994, 0.9999999999999999, -0.9999999999999999, Math.PI, 1e10, -1e10, 1e30, 1e300,
        127.0, 128.0, 255.0, 256.0, 32767.5, 65535.5, 8388607.5, 8388608.5, 4503599627370495.5, 4503599627370496.5,
        int.MaxValue, int.MinValue, 2147483648.0, 2147483647.5, -2147483648.5, -2147483649.0, 4294967295.0, 4294967295.5, 4294967296.0,
        9223372036854775808.0, 9223372036854774784.0, -9223372036854775808.0, -9223372036854777856.0, 18446744073709551616.0, 18446744073709549568.0,
        2147483520.0, 4294967040.0, 9223371487098961920.0, 18446742974197923840.0,
        double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon, 2.2250738585072014E-308, 2.225073858507201E-308,
        float.MaxValue, 3.4028235677973366E+38, float.Epsilon, 7.006492321624085E-46, 7.006492321624086E-46, 1.1754943508222875E-38, 1.1754942106924411E-38,
        double.PositiveInfinity, double.NegativeInfinity,
    ];

    private static readonly uint[] FloatBits =
    [
        0x8000_0000, 0x7FC0_0000, 0xFFC0_0000, 0x7F80_0001, 0xFF80_0001, 0x7FA0_0000, 0x7FBF_FFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x7FC0_1234,
        0x0000_0001, 0x8000_0001, 0x007F_FFFF, 0x0080_0000, 0x7F7F_FFFF, 0x3F7F_FFFF, 0x3EFF_FFFF, 0x3F00_0001, 0x4B00_0000, 0x4AFF_FFFF,
        0x4EFF_FFFF, 0x4F00_0000, 0xCF00_0000, 0xCF00_0001, 0x4F7F_FFFF, 0x4F80_0000, 0x5EFF_FFFF, 0x5F00_0000, 0xDF00_0000, 0xDF00_0001, 0x5F7F_FFFF, 0x5F80_0000,
        0xBF80_0000, 0xBF7F_FFFF,
    ];

    private static readonly ulong[] DoubleBits =
    [
        0x8000_0000_0000_0000, 0x7FF8_0000_0000_0000, 0xFFF8_0000_0000_0000, 0x7FF0_0000_0000_0001, 0xFFF0_0000_0000_0001, 0x7FF4_0000_0000_0000,
        0x7FF7_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x7FF8_0000_0000_1234, 0x7FF0_0000_2000_0000, 0x7FF0_0000_1FFF_FFFF,
        0x0000_0000_0000_0001, 0x8000_0000_0000_0001, 0x000F_FFFF_FFFF_FFFF, 0x0010_0000_0000_0000, 0x3FEF_FFFF_FFFF_FFFF, 0xBFEF_FFFF_FFFF_FFFF,
        0x36A0_0000_0000_0000, 0x3690_0000_0000_0000, 0x3690_0000_0000_0001, 0x47EF_FFFF_E000_0000, 0x47EF_FFFF_EFFF_FFFF, 0x47EF_FFFF_F000_0000, 0x380F_FFFF_E000_0000,
        0x3FF0_0000_1000_0000, 0x3FF0_0000_1000_0001, 0x3FF0_0000_3000_0000,
    ];

    internal static uint I32(Chance chance) => (uint)I64(chance);

    internal static ulong I64(Chance chance) => chance.Weighted([40, 20, 25, 15]) switch
    {
        0 => chance.Pick(Integers),
        1 => (1UL << chance.Below(64)) + (ulong)chance.Between(-1, 1),
        2 => (ulong)chance.Between(-16, 100),
        _ => chance.AnyWidth(),
    };

    internal static uint F32(Chance chance) => chance.Weighted([40, 35, 15, 10]) switch
    {
        0 => BitConverter.SingleToUInt32Bits((float)chance.Pick(Numbers)),
        1 => chance.Pick(FloatBits),
        2 => BitConverter.SingleToUInt32Bits(chance.Between(-1000, 1000) / 8f),
        _ => (uint)chance.Next(),
    };

    internal static ulong F64(Chance chance) => chance.Weighted([40, 35, 15, 10]) switch
    {
        0 => BitConverter.DoubleToUInt64Bits(chance.Pick(Numbers)),
        1 => chance.Pick(DoubleBits),
        2 => BitConverter.DoubleToUInt64Bits(chance.Between(-1000, 1000) / 8.0),
        _ => chance.Next(),
    };

    /// <summary>Half a vector: lanes of one width.</summary>
    internal static ulong HalfV128(Chance chance) => chance.Below(6) switch
    {
        0 => F32(chance) | ((ulong)F32(chance) << 32),
        1 => F64(chance),
        2 => I32(chance) | ((ulong)I32(chance) << 32),
        3 => I64(chance),
        4 => Lanes16(chance),
        _ => chance.Next(),
    };

    internal static Node Constant(Chance chance, ValType type) => type switch
    {
        ValType.I32 => Code.I32(I32(chance)),
        ValType.I64 => Code.I64((long)I64(chance)),
        ValType.F32 => Code.F32(F32(chance)),
        ValType.F64 => Code.F64(F64(chance)),
        ValType.V128 => Code.V128(HalfV128(chance), HalfV128(chance)),
        _ => Code.Null(type),
    };

    private static ulong Lanes16(Chance chance)
    {
        var bits = 0UL;
        for (var lane = 0; lane < 4; lane++)
        {
            bits = (bits << 16) | (ushort)I64(chance);
        }
        return bits;
    }
}
