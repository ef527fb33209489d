namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary>Constants, bitwise instructions, and those that move lanes.</summary>
internal static class LaneModels
{
    internal static void Add(Action<string, Model> add)
    {
        add("V128Const", Shapes.Bits(x => x[0].Get(64, 0) | ((UInt128)x[1].Get(64, 0) << 64)));
        add("V128Not", Shapes.Bits(x => ~x[0]));
        add("V128And", Shapes.Bits(x => x[0] & x[1]));
        add("V128Andnot", Shapes.Bits(x => x[0] & ~x[1]));
        add("V128Or", Shapes.Bits(x => x[0] | x[1]));
        add("V128Xor", Shapes.Bits(x => x[0] ^ x[1]));
        add("V128Bitselect", Shapes.Bits(x => (x[0] & x[2]) | (x[1] & ~x[2])));
        add("V128AnyTrue", x => Expected.Of(32, x[0] != 0 ? 1UL : 0UL));
        add("I8x16Shuffle", x => Shapes.Lanes(8, i =>
            (int)(i < 8 ? x[2].Get(8, i) : x[3].Get(8, i - 8)) is var lane && lane < 16 ? x[0].Get(8, lane) : x[1].Get(8, lane - 16)));
        add("I8x16Swizzle", x => Shapes.Lanes(8, i => x[1].Get(8, i) is var lane && lane < 16 ? x[0].Get(8, (int)lane) : 0UL));

        foreach (var (shape, width) in Shapes.Integers.Concat([("F32x4", 32), ("F64x2", 64)]))
        {
            add($"{shape}Splat", x => Shapes.Lanes(width, _ => x[0].Get(width, 0)));
            add($"{shape}ReplaceLane", x => Shapes.Lanes(width, i => i == (int)x[2] ? x[1].Get(width, 0) : x[0].Get(width, i)));
            if (width < 32)
            {
                add($"{shape}ExtractLaneS", x => Expected.Of(32, (ulong)x[0].GetSigned(width, (int)x[1])));
                add($"{shape}ExtractLaneU", x => Expected.Of(32, x[0].Get(width, (int)x[1])));
            }
            else
            {
                add($"{shape}ExtractLane", x => Expected.Of(width, x[0].Get(width, (int)x[1])));
            }
        }
    }
}
