using System.Collections.Immutable;

namespace Tapedeck.Policy.Reading;

/// <summary>A list.</summary>
public sealed record SequenceNode(int Line, int Column, ImmutableArray<Node> Items) : Node(Line, Column)
{
    public override string Describe() => "a list";
}
