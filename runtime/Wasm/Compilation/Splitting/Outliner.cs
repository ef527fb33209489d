namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>
/// Cuts a function into methods that RyuJIT can optimise quickly. What is thought to run often stays together in the method that it is in, so that the heart of an
/// interpreter, a large <c>br_table</c> in a loop and the common ways through its cases, is one method; what runs seldom becomes regions, the heaviest and the
/// rarest first, until the rest is light enough. Regions that are too heavy themselves are cut in the same way.
/// </summary>
/// <param name="limit">What one method may weigh.</param>
internal sealed class Outliner(int limit)
{
    private const int CallWeight = 40;

    private readonly List<Candidate> _candidates = [];

    /// <summary>What the call of a region weighs, about.</summary>
    private readonly int _callWeight = Math.Min(CallWeight, Math.Max(1, limit / 2));

    internal List<Region> Regions { get; } = [];

    internal void Outline(Sequence root)
    {
        var work = new Stack<(Sequence Sequence, int From, int To)>();
        work.Push((root, 0, root.Items.Count));
        while (work.TryPop(out var method))
        {
            foreach (var region in Cut(method.Sequence, method.From, method.To))
            {
                var items = region.Sequence.Items;
                Regions.Add(new Region(items[region.From].Start, items[region.To - 1].End) { Frequency = region.Frequency });
                work.Push((region.Sequence, region.From, region.To));
            }
        }
    }

    /// <summary>Chooses the regions directly inside the method that consists of some items of a sequence.</summary>
    private List<Candidate> Cut(Sequence sequence, int from, int to)
    {
        var weight = Weigh(sequence, from, to);
        if (weight <= limit)
        {
            return [];
        }
        _candidates.Clear();
        AddCandidates(sequence, from, to, weight);
        // What is heavier than a method may be would have to be cut as well, and what holds the table of an interpreter would be called at each of its turns: such
        // is taken only where nothing else helps.
        weight = Take(weight, _candidates.Where(candidate => candidate.Weight <= limit && !candidate.IsHeart));
        if (weight > limit + (limit / 4))
        {
            Take(weight, _candidates.Where(static candidate => !candidate.IsChosen));
        }
        return Merge([.. _candidates.Where(static candidate => candidate.IsChosen && !candidate.IsInside)]);
    }

    /// <summary>Chooses the cheapest candidates until the rest is light enough.</summary>
    /// <returns>What the rest weighs.</returns>
    private int Take(int weight, IEnumerable<Candidate> candidates)
    {
        var queue = new PriorityQueue<Candidate, double>(candidates.Select(candidate => (candidate, Price(candidate, weight - limit))));
        while (weight > limit && queue.TryDequeue(out var candidate, out var price))
        {
            if (candidate.IsInside)
            {
                continue;
            }
            var now = Price(candidate, weight - limit);
            if (now > price)
            {
                // Some of it has become regions in the meantime, or less is wanted.
                queue.Enqueue(candidate, now);
                continue;
            }
            weight -= Choose(candidate);
        }
        return weight;
    }

    // What it costs for each unit of weight that is wanted and goes: the lower, the sooner it is chosen.
    private double Price(Candidate candidate, int wanted)
    {
        var gain = candidate.Weight - _callWeight;
        return gain > 0 ? (candidate.Frequency + 0.001) / Math.Min(gain, wanted) : double.PositiveInfinity;
    }

    private int Choose(Candidate candidate)
    {
        var gain = candidate.Weight - _callWeight;
        if (gain <= 0)
        {
            return 0;
        }
        candidate.IsChosen = true;
        for (var outer = candidate.Parent; outer is not null; outer = outer.Parent)
        {
            outer.Weight -= gain;
        }
        return gain;
    }

    // All runs of items at all depths, but none that is most of the method: cutting it off would win nothing.
    private void AddCandidates(Sequence root, int from, int to, int total)
    {
        var work = new Stack<(Sequence Sequence, int From, int To, Candidate? Parent)>();
        work.Push((root, from, to, null));
        while (work.TryPop(out var place))
        {
            foreach (var (start, end) in Runs(place.Sequence, place.From, place.To))
            {
                var parent = place.Parent;
                var weight = Weigh(place.Sequence, start, end);
                if (weight <= Math.Max(limit, total / 2))
                {
                    parent = new Candidate(place.Sequence, start, end, parent) { Weight = weight };
                    _candidates.Add(parent);
                }
                for (var index = start; index < end; index++)
                {
                    foreach (var inner in place.Sequence.Items[index].Inner ?? [])
                    {
                        work.Push((inner, 0, inner.Items.Count, parent));
                    }
                }
            }
        }
    }

    // Runs end where it gets less likely that control comes there, but are no shorter than is worth a call, and no heavier than a method may be. They are cut where
    // the operand stack is flat, if possible.
    private IEnumerable<(int Start, int End)> Runs(Sequence sequence, int from, int to)
    {
        var items = sequence.Items;
        var most = Math.Max(limit, (int)Math.Min(int.MaxValue, 2L * _callWeight * Weigh(sequence, from, to) / limit));
        var start = from;
        var weight = 0;
        var flat = from;
        for (var index = from; index < to; index++)
        {
            var item = items[index];
            var isRarer = item.Frequency < 0.8 * items[start].Frequency && weight >= 2 * _callWeight;
            if (index > start && (weight + item.Weight > most || isRarer))
            {
                var cut = flat > start && !isRarer && Weigh(sequence, start, flat) >= most / 4 ? flat : index;
                yield return (start, cut);
                start = flat = cut;
                weight = Weigh(sequence, cut, index);
            }
            weight += item.Weight;
            flat = item.EndsFlat ? index + 1 : flat;
        }
        if (start < to)
        {
            yield return (start, to);
        }
    }

    // Neighbours become one region.
    private List<Candidate> Merge(List<Candidate> chosen)
    {
        var merged = new List<Candidate>();
        foreach (var group in chosen.GroupBy(static candidate => candidate.Sequence))
        {
            Candidate? last = null;
            foreach (var candidate in group.OrderBy(static candidate => candidate.From))
            {
                if (last is not null && last.To == candidate.From && last.Weight + candidate.Weight <= limit)
                {
                    last.To = candidate.To;
                    last.Weight += candidate.Weight;
                    continue;
                }
                merged.Add(last = candidate);
            }
        }
        return merged;
    }

    private static int Weigh(Sequence sequence, int from, int to)
    {
        var weight = 0;
        for (var index = from; index < to; index++)
        {
            weight += sequence.Items[index].Weight;
        }
        return weight;
    }

    /// <summary>A run of items that could become a region.</summary>
    private sealed class Candidate(Sequence sequence, int from, int to, Candidate? parent)
    {
        internal Sequence Sequence { get; } = sequence;
        internal int From { get; } = from;
        internal int To { get; set; } = to;
        internal Candidate? Parent { get; } = parent;

        /// <summary>What it weighs without the regions inside it.</summary>
        internal int Weight { get; set; }
        internal bool IsChosen { get; set; }
        internal double Frequency => Sequence.Items[From].Frequency;

        /// <summary>It jumps by a large table whenever the function is called, or more often.</summary>
        internal bool IsHeart => Frequency >= 1 && Sequence.Items.GetRange(From, To - From).Exists(static item => item.Dispatches);

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
    }
}
