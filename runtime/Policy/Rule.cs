namespace Tapedeck.Policy;

/// <summary>An entry with where it is written.</summary>
public sealed record Rule<TEntry>(RuleReference Reference, TEntry Entry)
    where TEntry : notnull
{
    /// <summary>Equal for rules that say the same in the same policy, wherever in its list.</summary>
    internal string Content => $"{Reference.Tier} {Reference.Policy} {Entry}";
}
