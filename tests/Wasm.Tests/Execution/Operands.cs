namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>Operands as bits: every edge of the four widths, and what lies between them.</summary>
internal sealed class Operands(int seed)
{
    private static readonly ulong[] Edges8 = [0, 1, 2, 0x0F, 0x10, 0x1F, 0x7E, 0x7F, 0x80, 0x81, 0xF0, 0xFE, 0xFF];

    private static readonly ulong[] Edges16 = [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x4000, 0x7FFF, 0x8000, 0x8001, 0xFF7F, 0xFF80, 0xFFFF];

    private static readonly ulong[] Edges32 =
    [
        0, 1, 2, 31, 32, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0xFFFF_7FFF, 0xFFFF_8000, 0xFFFF_FFFF,
        0xFF00_0001, 0x0100_0001, 0x0100_0003, 0xFFFF_FF7F, 0xFFFF_FF80, 0x7FFF_FFBF, 0x7FFF_FFC0,
        .. Floats.Select(v => (ulong)BitConverter.SingleToUInt32Bits((float)v)),
        0x7F80_0001, 0x7FA0_0000, 0xFFBF_FFFF, 0x7FC0_0000, 0xFFC0_0000, 0x7FC0_0001, 0xFFFF_0000, 0x007F_FFFF, 0x8000_0001, 0x0080_0000,
        0x4EFF_FFFF, 0xCF00_0001, 0x4F7F_FFFF, 0x5EFF_FFFF, 0xDF00_0001, 0x5F7F_FFFF, 0xBF7F_FFFF, 0x3EFF_FFFF, 0x4B00_0001, 0x4AFF_FFFF,
    ];

    private static readonly ulong[] Edges64 =
    [
        0, 1, 63, 64, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0x8000_0000_0000_0001,
        0xFFFF_FFFF_8000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x8000_0080_0000_0001, 0x0020_0000_0000_0001, 0x7FFF_FFBF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FDFF,
        0x7FFF_FFFF_FFFF_FE00, 0xFFFF_FF80_0000_0000, 0xFFFF_FFFF_FFFF_FBFF, 0xFFFF_FFFF_FFFF_FC00, 0x8000_0000_0000_0401, 0x0100_0001_0000_0000,
        .. Floats.Select(BitConverter.DoubleToUInt64Bits),
        0x7FF0_0000_0000_0001, 0x7FF4_0000_0000_0000, 0xFFF7_FFFF_FFFF_FFFF, 0x7FF8_0000_0000_0000, 0xFFF8_0000_0000_0000,
        0x7FF8_0000_0000_0001, 0xFFFF_FFFF_0000_0000, 0x000F_FFFF_FFFF_FFFF, 0x0010_0000_0000_0000,
        0x3FDF_FFFF_FFFF_FFFF, 0x432F_FFFF_FFFF_FFFF, 0x4330_0000_0000_0001, 0x41DF_FFFF_FFFF_FFFF, 0xC1E0_0000_001F_FFFF, 0xC1E0_0000_0020_0000,
        0x41EF_FFFF_FFFF_FFFF, 0x43DF_FFFF_FFFF_FFFF, 0xC3E0_0000_0000_0001, 0x43EF_FFFF_FFFF_FFFF, 0xBFEF_FFFF_FFFF_FFFF,
        0x47EF_FFFF_EFFF_FFFF, 0x47EF_FFFF_F000_0000, 0x3690_0000_0000_0000, 0x3690_0000_0000_0001, 0x380F_FFFF_F000_0000, 0x3FF0_0000_1000_0000,
        0x3FF0_0000_3000_0000,
    ];

    private static double[] Floats =>
    [
        0.0, -0.0, 0.5, -0.5, 1, -1, 1.5, -1.5, 2.5, -2.5, 3.5, 4, -4, 0.1, 1e-45, -1e-45, double.Epsilon, -double.Epsilon, 1e-310, 8388607.5,
        4503599627370495.5, 2147483646.5, 2147483647.5, 2147483648, -2147483648, -2147483648.5, -2147483649, 4294967295, 4294967295.5, 4294967296,
        9223372036854775808d, -9223372036854775808d, 18446744073709551616d, float.MaxValue, -float.MaxValue,
        double.MaxValue, double.PositiveInfinity, double.NegativeInfinity,
    ];

    // What the JIT is known to fold wrongly: identities of arithmetic, and signalling NaNs.
    private static readonly ulong[] Folding32 = [0, 0x8000_0000, 0x3F80_0000, 0x7FA0_0000, 0xFFA0_0001];

    private static readonly ulong[] Folding64 = [0, 0x8000_0000_0000_0000, 0x3FF0_0000_0000_0000, 0x7FF4_0000_0000_0000, 0xFFF4_0000_0000_0001];

    private readonly Random _random = new(seed);

    /// <summary>A scalar of the width, or a vector for 128.</summary>
    internal UInt128 Next(int width)
    {
        if (width < 128)
        {
            return Lane(width);
        }

        var lanes = 8 << _random.Next(4);
        var same = _random.Next(4) == 0 ? Lane(lanes) : (ulong?)null;
        var vector = UInt128.Zero;
        for (var at = 0; at < 128; at += lanes)
        {
            vector |= (UInt128)(same ?? Lane(lanes)) << at;
        }

        return vector;
    }

    /// <summary>As <see cref="Next"/>, but half the time with every lane the same float that tempts the JIT.</summary>
    internal UInt128 NextConstant(int width)
    {
        if (_random.Next(2) == 0)
        {
            return Next(width);
        }

        var lanes = width == 128 ? 32 << _random.Next(2) : width;
        var lane = (lanes == 32 ? Folding32 : Folding64)[_random.Next(Folding32.Length)];
        var bits = UInt128.Zero;
        for (var at = 0; at < width; at += lanes)
        {
            bits |= (UInt128)lane << at;
        }

        return bits;
    }

    /// <summary>Sixteen lane numbers below 32, packed: often of one operand, or in a row, as compilers write them.</summary>
    internal (UInt128 Low, UInt128 High) NextShuffle()
    {
        var form = _random.Next(5);
        var first = _random.Next(17);
        var packed = UInt128.Zero;
        for (var i = 0; i < 16; i++)
        {
            var lane = form switch
            {
                0 => _random.Next(16),
                1 => 16 + _random.Next(16),
                2 => first + i,
                3 => (i / 2) + (i % 2 * 16) + (first < 8 ? 0 : 8),
                _ => _random.Next(32),
            };
            packed |= (UInt128)(uint)lane << (8 * i);
        }

        return ((ulong)packed, packed >> 64);
    }

    private ulong Lane(int width) => _random.Next(4) switch
    {
        0 => (ulong)_random.NextInt64(long.MinValue, long.MaxValue) & Model.Lane.Mask(width),
        1 when width >= 32 => Model.FloatBits.Of(NearInteger(), width),
        _ => Edge(width),
    };

    private ulong Edge(int width)
    {
        var edges = width switch { 8 => Edges8, 16 => Edges16, 32 => Edges32, _ => Edges64 };
        return edges[_random.Next(edges.Length)];
    }

    // Random bits are seldom floats for which rounding or cutting has anything to do.
    private double NearInteger() => Math.ScaleB(_random.NextDouble() - 0.5, _random.Next(-3, 68));
}
