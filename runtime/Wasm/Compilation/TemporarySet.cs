namespace Tapedeck.Wasm.Compilation;

/// <summary>Temporaries of a method: as bits those that nearly all methods make do with, by their numbers the others.</summary>
internal readonly struct TemporarySet
{
    /// <summary>Numbers below are bits.</summary>
    internal const int Bits = 128;

    private TemporarySet(UInt128 low, int[]? high)
    {
        Low = low;
        High = high;
    }

    internal UInt128 Low { get; }

    internal int[]? High { get; }

    internal static TemporarySet Of(int number) => number < Bits ? new(UInt128.One << number, null) : new(0, [number]);

    public static TemporarySet operator |(TemporarySet left, TemporarySet right) =>
        new(left.Low | right.Low, left.High is null ? right.High : right.High is null ? left.High : [.. left.High, .. right.High]);
}
