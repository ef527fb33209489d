namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>A run of instructions that becomes a method of its own; the root is the whole function.</summary>
/// <param name="Start">The offset of the first instruction.</param>
/// <param name="End">The offset behind the last.</param>
internal sealed record Region(int Start, int End)
{
    /// <summary>The regions directly inside this one, in order.</summary>
    internal List<Region> Children { get; } = [];

    /// <summary>What it costs the JIT, with all inside it.</summary>
    internal required JitWeight Weight { get; init; }

    /// <summary>How often it is thought to run for each call of the function.</summary>
    internal required double Frequency { get; init; }

    /// <summary>How often the region itself, without its children, is thought to name a local.</summary>
    internal Dictionary<int, double> Uses { get; } = [];

    /// <summary>How many of its instructions, without those of its children, name a local.</summary>
    internal Dictionary<int, int> Names { get; } = [];

    /// <summary>The locals that the region itself keeps in IL locals.</summary>
    internal IReadOnlyList<int> Promoted { get; set; } = [];

    /// <summary>The locals that the region or one inside it writes.</summary>
    internal HashSet<int> Written { get; } = [];

    /// <summary>The locals that the region or one inside it names.</summary>
    internal HashSet<int> Touched { get; } = [];

    /// <summary>The locals whose values matter where the region starts; null means all.</summary>
    internal LocalSet? LiveAtStart { get; set; }

    /// <summary>The locals whose values matter where it ends by running off its end; null means all.</summary>
    internal LocalSet? LiveAtEnd { get; set; }

    /// <summary>The locals whose values matter at its end, or at a label outside that it branches to; null means all.</summary>
    internal LocalSet? LiveBehind { get; set; }

    /// <summary>Whether a caller that keeps the local elsewhere has to bring the frame up to date before the region runs.</summary>
    internal bool Takes(int local) => Touched.Contains(local) && (LiveAtStart?.Contains(local) ?? true);

    /// <summary>Whether the region may leave a new value of the local in the frame.</summary>
    internal bool Gives(int local) => Written.Contains(local) && (LiveBehind?.Contains(local) ?? true);

    /// <summary>What it costs the JIT without its children, but with their calls.</summary>
    internal JitWeight WeighAlone()
    {
        var weight = Weight + JitWeight.OfFrame(Names.Values.Sum() - Promoted.Sum(local => Names[local]));
        foreach (var child in Children)
        {
            weight -= child.Weight;
            weight += JitWeight.OfCall(Promoted.Count(child.Takes) + Promoted.Count(child.Gives));
        }
        return weight;
    }
}
