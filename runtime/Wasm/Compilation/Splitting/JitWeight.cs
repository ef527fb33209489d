namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>What code costs the JIT: its parts of what makes RyuJIT give up optimising a method, in units of which there are <see cref="MostOfMethod"/>.</summary>
/// <param name="Names">The part of 8,000 instructions of IL that name a local.</param>
/// <param name="Instructions">The larger part of 20,000 instructions of IL and of 60,000 bytes, instruction by instruction.</param>
/// <param name="Blocks">The part of 2,000 basic blocks.</param>
internal readonly record struct JitWeight(int Names, int Instructions, int Blocks)
{
    internal const int MostOfMethod = 40_000;

    private const int Name = 5;
    private const int Instruction = 2;
    private const int Block = 20;

    internal int Most => Math.Max(Math.Max(Names, Instructions), Blocks);

    public static JitWeight operator +(JitWeight left, JitWeight right) =>
        new(left.Names + right.Names, left.Instructions + right.Instructions, left.Blocks + right.Blocks);

    public static JitWeight operator -(JitWeight left, JitWeight right) =>
        new(left.Names - right.Names, left.Instructions - right.Instructions, left.Blocks - right.Blocks);

    internal JitWeight AtMost(int most) => new(Math.Min(most, Names), Math.Min(most, Instructions), Math.Min(most, Blocks));

    /// <summary>What it weighs more that a local is in the frame and not an IL local, for each time that it is named.</summary>
    internal static JitWeight OfFrame(int names) => new(0, 3 * Instruction * names, 0);

    /// <summary>What the call of a region weighs that copies locals to the frame and from it.</summary>
    internal static JitWeight OfCall(int copies) => new(Name * (4 + (2 * copies)), Instruction * (8 + (5 * copies)), Block + (Block / 2));

    /// <summary>Of what a method of this weight has beyond <paramref name="limit"/>, how much goes with <paramref name="gain"/>.</summary>
    internal int Lessen(JitWeight gain, int limit) =>
        Lessen(Names - limit, gain.Names) + Lessen(Instructions - limit, gain.Instructions) + Lessen(Blocks - limit, gain.Blocks);

    private static int Lessen(int excess, int gain) => Math.Max(0, Math.Min(excess, gain));
}
