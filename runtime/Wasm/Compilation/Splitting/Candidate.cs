namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>A run of items that could become a region of the method that is being cut.</summary>
internal sealed class Candidate(Sequence sequence, int from, int to, Candidate? parent)
{
    internal Sequence Sequence { get; } = sequence;
    internal int From { get; } = from;
    internal int To { get; } = to;

    /// <summary>The candidate around it.</summary>
    internal Candidate? Parent { get; } = parent;

    /// <summary>What it weighs with all inside it.</summary>
    internal required JitWeight Whole { get; init; }

    /// <summary>What it weighs without the regions inside it, but with their calls.</summary>
    internal required JitWeight Weight { get; set; }
    internal bool IsChosen { get; set; }

    /// <summary>How often the regions inside it are thought to be called.</summary>
    internal double Calls { get; set; }
    internal double Frequency => Sequence.Items[From].Frequency;

    /// <summary>It jumps by a large table whenever the function is called, or more often.</summary>
    internal bool IsHeart => Frequency >= 1 && Sequence.Items.GetRange(From, To - From).Exists(static item => item.Dispatches);

    /// <summary>It is chosen, and lies inside no other one that is.</summary>
    internal bool IsRegion => IsChosen && !IsInside;

    /// <summary>It lies inside another one that is chosen.</summary>
    internal bool IsInside
    {
        get
        {
            for (var outer = Parent; outer is not null; outer = outer.Parent)
            {
                if (outer.IsChosen)
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>Takes weight from all around it.</summary>
    internal void Lighten(JitWeight gain)
    {
        for (var outer = Parent; outer is not null; outer = outer.Parent)
        {
            outer.Weight -= gain;
        }
    }
}
