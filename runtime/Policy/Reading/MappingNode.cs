using System.Collections.Immutable;

namespace Tapedeck.Policy.Reading;

/// <summary>Fields, in the order of the document. No name is there twice.</summary>
public sealed record MappingNode(int Line, int Column, ImmutableArray<(ScalarNode Name, Node Value)> Fields) : Node(Line, Column)
{
    public Node? Find(string name)
    {
        foreach (var (key, value) in Fields)
        {
            if (key.Value == name)
            {
                return value;
            }
        }
        return null;
    }

    public override string Describe() => "a mapping";
}
