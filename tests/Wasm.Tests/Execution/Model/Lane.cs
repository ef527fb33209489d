namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary>What one lane of a result must be.</summary>
internal readonly record struct Lane(ulong Bits, NanRule Rule = NanRule.Exact)
{
    public static implicit operator Lane(ulong bits) => new(bits);

    internal bool Allows(ulong actual, int width) => Rule switch
    {
        NanRule.Exact => actual == (Bits & Mask(width)),
        NanRule.Canonical => (actual & ~Sign(width)) == Canonical(width),
        _ => (actual & Canonical(width)) == Canonical(width),
    };

    /// <summary>The specification's <c>nans</c>: canonical if every NaN that came in was, else any arithmetic NaN.</summary>
    internal static Lane Nans(int width, params ReadOnlySpan<ulong> inputs)
    {
        foreach (var input in inputs)
        {
            if (IsNan(input, width) && (input & ~Sign(width)) != Canonical(width))
            {
                return new(0, NanRule.Arithmetic);
            }
        }

        return new(0, NanRule.Canonical);
    }

    internal static bool IsNan(ulong bits, int width) => (bits & ~Sign(width)) > Infinity(width);

    internal static ulong Mask(int width) => ulong.MaxValue >> (64 - width);

    internal static ulong Sign(int width) => 1UL << (width - 1);

    internal static ulong Infinity(int width) => width == 32 ? 0x7F80_0000UL : 0x7FF0_0000_0000_0000UL;

    private static ulong Canonical(int width) => width == 32 ? 0x7FC0_0000UL : 0x7FF8_0000_0000_0000UL;
}
