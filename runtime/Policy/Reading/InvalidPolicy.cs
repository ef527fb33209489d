using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>A policy or ceiling that cannot be read.</summary>
/// <param name="Name">Empty where not even that can be read.</param>
/// <param name="ToolSelector">What it selects; null where that cannot be read either, so that it has to be taken for everything.</param>
public sealed record InvalidPolicy(bool IsCeiling, string Namespace, string Name, LabelSelector? ToolSelector)
{
    public bool MaySelect(ToolFacts tool) => ToolSelector?.Matches(tool.Labels) != false;
}
