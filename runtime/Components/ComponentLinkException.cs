namespace Tapedeck.Components;

/// <summary>A component imports what the host does not offer.</summary>
/// <param name="problems">Everything that is missing or of another type, one text each.</param>
public sealed class ComponentLinkException(IReadOnlyList<string> problems)
    : Exception($"the component cannot be linked: {string.Join("; ", problems.Take(MostShown))}{(problems.Count > MostShown ? $"; and {problems.Count - MostShown} more" : "")}")
{
    private const int MostShown = 20;

    /// <summary>Everything that is missing or of another type, one text each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
