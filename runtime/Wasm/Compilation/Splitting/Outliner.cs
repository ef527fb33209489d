namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>
/// Cuts a function into methods that RyuJIT can optimise quickly. What is thought to run often stays together in the method that it is in, so that the heart of an
/// interpreter, a large <c>br_table</c> in a loop and the common ways through its cases, is one method; what runs seldom becomes regions, the heaviest and the
/// rarest first, until the rest is light enough. Regions that are too heavy themselves are cut in the same way.
/// </summary>
/// <param name="limit">What one method may weigh.</param>
internal sealed class Outliner(int limit)
{
    private readonly JitWeight _call = JitWeight.OfCall(copies: 2).AtMost(Math.Max(1, limit / 2));

    internal List<Region> Regions { get; } = [];

    internal void Outline(Sequence root)
    {
        var work = new Stack<(Sequence Sequence, int From, int To)>();
        work.Push((root, 0, root.Items.Count));
        while (work.TryPop(out var method))
        {
            foreach (var region in Cut(method.Sequence, method.From, method.To))
            {
                var items = region[0].Sequence.Items;
                Regions.Add(new Region(items[region[0].From].Start, items[region[^1].To - 1].End)
                {
                    Weight = region.Aggregate(default(JitWeight), static (sum, candidate) => sum + candidate.Whole),
                    Frequency = region[0].Frequency,
                });
                work.Push((region[0].Sequence, region[0].From, region[^1].To));
            }
        }
    }

    /// <summary>Chooses the regions directly inside the method that consists of some items of a sequence: for each, the runs that it consists of.</summary>
    private List<List<Candidate>> Cut(Sequence sequence, int from, int to)
    {
        var weight = sequence.Weigh(from, to);
        if (weight.Most <= limit)
        {
            return [];
        }
        var candidates = FindCandidates(sequence, from, to, weight);
        // What is heavier than a method may be would have to be cut as well, and what holds the table of an interpreter would be called at each of its turns: such
        // is taken only where nothing else helps.
        weight = Take(weight, candidates.Where(candidate => candidate.Weight.Most <= limit && !candidate.IsHeart));
        if (weight.Most > limit)
        {
            weight = Take(weight, candidates.Where(static candidate => !candidate.IsChosen));
        }
        Return(Join(weight, candidates), candidates);
        return Merge(candidates);
    }

    /// <summary>Chooses the cheapest candidates until the rest is light enough.</summary>
    /// <returns>What the rest weighs.</returns>
    private JitWeight Take(JitWeight weight, IEnumerable<Candidate> candidates)
    {
        var queue = new PriorityQueue<Candidate, double>(candidates.Select(candidate => (candidate, Price(candidate, weight))));
        while (weight.Most > limit && queue.TryDequeue(out var candidate, out var price))
        {
            if (candidate.IsInside)
            {
                continue;
            }
            var now = Price(candidate, weight);
            if (now > price)
            {
                // Some of it has become regions in the meantime, or less is wanted.
                queue.Enqueue(candidate, now);
                continue;
            }
            weight = Choose(candidate, weight);
        }
        return weight;
    }

    // What it costs for each unit of weight that is wanted and goes: the lower, the sooner it is chosen.
    private double Price(Candidate candidate, JitWeight weight)
    {
        var gain = weight.Lessen(candidate.Weight - _call, limit);
        return gain > 0 ? (candidate.Frequency + 0.001) / gain : double.PositiveInfinity;
    }

    private JitWeight Choose(Candidate candidate, JitWeight weight)
    {
        var gain = candidate.Weight - _call;
        if (gain.Most <= 0)
        {
            return weight;
        }
        candidate.IsChosen = true;
        candidate.Lighten(gain);
        return weight - gain;
    }

    // Where the regions inside a run are called as often as the run itself comes, one call for all of it is as good, and lighter.
    private JitWeight Join(JitWeight weight, List<Candidate> candidates)
    {
        // Inner ones come behind those around them.
        for (var index = candidates.Count - 1; index >= 0; index--)
        {
            var candidate = candidates[index];
            if (candidate is { IsChosen: false, IsHeart: false, Calls: > 0 } && candidate.Calls >= candidate.Frequency && candidate.Whole.Most <= limit)
            {
                weight = Choose(candidate, weight);
            }
            if (candidate.Parent is { } parent)
            {
                parent.Calls += candidate.IsChosen ? candidate.Frequency : candidate.Calls;
            }
        }
        return weight;
    }

    // What was chosen last may be more than was wanted, and joining and merging made room: what comes most often for its weight stays after all.
    private void Return(JitWeight weight, List<Candidate> candidates)
    {
        var regions = Merge(candidates);
        for (var merged = candidates.Count(static candidate => candidate.IsRegion) - regions.Count; merged > 0; merged--)
        {
            weight -= _call;
        }
        foreach (var region in regions.OrderByDescending(static region => region[0].Frequency / region.Sum(static candidate => candidate.Weight.Most)))
        {
            var whole = region.Aggregate(weight - _call, static (sum, candidate) => sum + candidate.Weight);
            if (whole.Most <= limit)
            {
                region.ForEach(static candidate => candidate.IsChosen = false);
                weight = whole;
            }
        }
    }

    // All runs of items at all depths, but none that is most of the method: cutting it off would win nothing.
    private List<Candidate> FindCandidates(Sequence root, int from, int to, JitWeight total)
    {
        var candidates = new List<Candidate>();
        var work = new Stack<(Sequence Sequence, int From, int To, Candidate? Parent)>();
        work.Push((root, from, to, null));
        while (work.TryPop(out var place))
        {
            foreach (var (start, end) in Runs(place.Sequence, place.From, place.To))
            {
                var parent = place.Parent;
                var weight = place.Sequence.Weigh(start, end);
                if (weight.Most <= Math.Max(limit, total.Most / 2))
                {
                    parent = new Candidate(place.Sequence, start, end, parent) { Whole = weight, Weight = weight };
                    candidates.Add(parent);
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
        return candidates;
    }

    // Runs end where it gets less likely that control comes there, but are no shorter than is worth a call, and no heavier than a method may be. They are cut where
    // the operand stack is flat, if possible.
    private IEnumerable<(int Start, int End)> Runs(Sequence sequence, int from, int to)
    {
        var items = sequence.Items;
        var most = Math.Max(limit, (int)Math.Min(int.MaxValue, 2L * _call.Most * sequence.Weigh(from, to).Most / limit));
        var start = from;
        var weight = default(JitWeight);
        var flat = from;
        for (var index = from; index < to; index++)
        {
            var item = items[index];
            var isRarer = item.Frequency < 0.8 * items[start].Frequency && weight.Most >= 2 * _call.Most;
            if (index > start && ((weight + item.Weight).Most > most || isRarer))
            {
                var cut = flat > start && !isRarer && sequence.Weigh(start, flat).Most >= most / 4 ? flat : index;
                yield return (start, cut);
                start = flat = cut;
                weight = sequence.Weigh(cut, index);
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
    private List<List<Candidate>> Merge(List<Candidate> candidates)
    {
        var merged = new List<List<Candidate>>();
        foreach (var group in candidates.Where(static candidate => candidate.IsRegion).GroupBy(static candidate => candidate.Sequence))
        {
            var whole = default(JitWeight);
            foreach (var candidate in group.OrderBy(static candidate => candidate.From))
            {
                if (whole == default || merged[^1][^1].To != candidate.From || (whole + candidate.Whole).Most > limit)
                {
                    merged.Add([]);
                    whole = default;
                }
                merged[^1].Add(candidate);
                whole += candidate.Whole;
            }
        }
        return merged;
    }
}
