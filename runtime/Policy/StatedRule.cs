namespace Tapedeck.Policy;

/// <summary>One rule that counts for a tool, in words for people.</summary>
/// <param name="Capability">What it is about, as in a policy: <c>network</c>, <c>storage</c>, <c>environment</c>, <c>config</c>.</param>
/// <param name="Allows">False where it takes away.</param>
/// <param name="Entry">What it says; of values of the environment and of config no more than a hash.</param>
/// <param name="Reference">Where it is written.</param>
public sealed record StatedRule(string Capability, bool Allows, string Entry, RuleReference Reference);
