namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>The items of one block, or of one branch of an <c>if</c>, in order.</summary>
internal sealed class Sequence
{
    internal List<Item> Items { get; } = [];

    /// <summary>What its items weigh with all inside them.</summary>
    internal JitWeight Weight => Weigh(0, Items.Count);

    /// <summary>What some of its items weigh with all inside them.</summary>
    internal JitWeight Weigh(int from, int to)
    {
        var weight = default(JitWeight);
        for (var index = from; index < to; index++)
        {
            weight += Items[index].Weight;
        }
        return weight;
    }
}

/// <summary>A few instructions in a row that run equally often, or a whole block.</summary>
internal sealed class Item
{
    /// <summary>The offset of the first instruction.</summary>
    internal required int Start { get; init; }

    /// <summary>The offset behind the last.</summary>
    internal int End { get; set; }

    /// <summary>What it costs the JIT, with all inside it.</summary>
    internal JitWeight Weight { get; set; }

    /// <summary>How often control is thought to come to its start, for each call of the function.</summary>
    internal required double Frequency { get; init; }

    /// <summary>The operand stack is as high behind it as at the start of the block around it.</summary>
    internal bool EndsFlat { get; set; }

    /// <summary>It contains a large <c>br_table</c>.</summary>
    internal bool Dispatches { get; set; }

    /// <summary>What a block holds; null for instructions.</summary>
    internal List<Sequence>? Inner { get; init; }
}
