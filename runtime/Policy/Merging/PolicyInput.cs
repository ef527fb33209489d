namespace Tapedeck.Policy.Merging;

/// <summary>A policy or ceiling that selects the tool, as it is found now.</summary>
/// <param name="Name">As <c>namespace/name</c>, or the name of a ceiling.</param>
/// <param name="Spec">Null where it cannot be read.</param>
/// <param name="Problem">Why it cannot: invalid, or gone while what deleted it may be about to create it again.</param>
public sealed record PolicyInput<TSpec>(string Name, TSpec? Spec, string? Problem)
    where TSpec : class;
