namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>Chooses the locals that a method of a split function keeps in IL locals, where the JIT can give them registers.</summary>
internal static class Promotion
{
    /// <summary>More IL locals than this cost the JIT more time than they win.</summary>
    private const int Most = 200;

    /// <summary>A promoted local is copied to and from the frame around children that take or give it, and where the region starts: it must be used more often than that.</summary>
    internal static IReadOnlyList<int> Choose(Region region)
    {
        var copies = new Dictionary<int, double>();
        foreach (var child in region.Children)
        {
            foreach (var local in child.Touched)
            {
                var times = (child.Takes(local) ? 1 : 0) + (child.Gives(local) ? 1 : 0);
                copies[local] = copies.GetValueOrDefault(local) + (times * child.Frequency);
            }
        }
        return [.. region.Uses
            .Where(use => use.Value > region.Frequency + copies.GetValueOrDefault(use.Key))
            .OrderByDescending(static use => use.Value)
            .ThenBy(static use => use.Key)
            .Take(Most)
            .Select(static use => use.Key)];
    }
}
