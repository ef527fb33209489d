namespace Tapedeck.Policy.Checks;

/// <summary>A check with the question that it asks.</summary>
internal sealed record NamedCheck(string Question, Check Run);
