namespace Tapedeck.Policy.Checks;

/// <summary>A check with the question that it asks.</summary>
/// <param name="Rules">The rules that it considers, in order, for an explanation; null where it considers none.</param>
internal sealed record NamedCheck(string Question, Check Run, RuleList? Rules = null);
