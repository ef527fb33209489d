namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>An instruction, a whole block, or a run that has become a region, with what it adds to the method that contains it.</summary>
/// <param name="Weight">Its cost to the JIT: bytes of IL, and 25 for each basic block.</param>
/// <param name="EndsFlat">The operand stack is as high behind it as at the start of the block around it.</param>
/// <param name="Dispatches">It contains a large <c>br_table</c>, the heart of an interpreter, which should stay where its cases' locals are.</param>
/// <param name="IsRegion">It is the call of a region.</param>
internal readonly record struct Item(int Start, int End, int Weight, bool EndsFlat, bool Dispatches, bool IsRegion = false);

/// <summary>Cuts the sequences of a function, innermost first, until no method weighs more than RyuJIT can optimise quickly.</summary>
internal sealed class Outliner(int limit)
{
    /// <summary>What the call of a region weighs.</summary>
    private const int CallWeight = 120;

    internal List<Region> Regions { get; } = [];

    /// <summary>Replaces runs of <paramref name="items"/> by regions until the rest is light enough.</summary>
    /// <returns>The weight of the rest.</returns>
    internal int Outline(List<Item> items)
    {
        var dispatches = items.Exists(static item => item.Dispatches);
        // A dispatching sequence is a chain of a block and a region call for each case. Cut, it would be walked method by method at every turn; whole, it is
        // cheap for its weight, since it keeps its locals in the frame.
        var most = dispatches ? limit * 4 : limit;
        var total = Weight(items, 0, items.Count);
        while (total > most)
        {
            var runs = Runs(items, dispatches);
            if (runs.Count == 0 && dispatches)
            {
                dispatches = false;
                continue;
            }
            if (runs.Count == 0)
            {
                break;
            }
            total = Replace(items, runs, total, most);
        }
        return total;
    }

    private int Replace(List<Item> items, List<(int Start, int End, int Weight)> runs, int total, int most)
    {
        var chosen = new HashSet<int>();
        foreach (var run in runs.OrderByDescending(static run => run.Weight))
        {
            if (total <= most)
            {
                break;
            }
            chosen.Add(run.Start);
            total -= run.Weight - CallWeight;
        }
        for (var index = runs.Count - 1; index >= 0; index--)
        {
            var (start, end, _) = runs[index];
            if (chosen.Contains(start))
            {
                var region = new Region(items[start].Start, items[end - 1].End);
                Regions.Add(region);
                var call = new Item(region.Start, region.End, CallWeight, items[end - 1].EndsFlat, Dispatches: false, IsRegion: true);
                items.RemoveRange(start, end - start);
                items.Insert(start, call);
            }
        }
        return total;
    }

    // Runs of items, each as heavy as one method may be, cut where the operand stack is flat if possible.
    private List<(int Start, int End, int Weight)> Runs(List<Item> items, bool keepDispatch)
    {
        var runs = new List<(int, int, int)>();
        var start = 0;
        var weight = 0;
        var flat = 0;
        for (var index = 0; index < items.Count; index++)
        {
            var item = items[index];
            if (keepDispatch && item.Dispatches)
            {
                Close(start, index);
                start = flat = index + 1;
                weight = 0;
                continue;
            }
            if (weight + item.Weight > limit && index > start)
            {
                var cut = flat > start && Weight(items, start, flat) >= limit / 4 ? flat : index;
                Close(start, cut);
                start = cut;
                weight = Weight(items, cut, index);
            }
            weight += item.Weight;
            flat = item.EndsFlat ? index + 1 : flat;
        }
        Close(start, items.Count);
        return runs;

        void Close(int from, int to)
        {
            var run = Weight(items, from, to);
            var wins = run > Math.Min(2 * CallWeight, limit) && items.Count > 1;
            if (wins && (to - from > 1 || !items[from].IsRegion))
            {
                runs.Add((from, to, run));
            }
        }
    }

    private static int Weight(List<Item> items, int from, int to)
    {
        var weight = 0;
        for (var index = from; index < to; index++)
        {
            weight += items[index].Weight;
        }
        return weight;
    }
}
