using System.Collections.Immutable;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Policy.Writing;

/// <summary>Puts a mapping together. What is null or empty is left out.</summary>
public sealed class MappingBuilder
{
    private readonly ImmutableArray<(ScalarNode, Node)>.Builder _fields = ImmutableArray.CreateBuilder<(ScalarNode, Node)>();

    public bool IsEmpty => _fields.Count == 0;

    public MappingBuilder Text(string name, string? value) => value is null ? this : Add(name, Quoted(value));

    public MappingBuilder Plain(string name, string? value) => value is null ? this : Add(name, new ScalarNode(0, 0, value, IsQuoted: false));

    public MappingBuilder Texts(string name, IEnumerable<string> values) => Nodes(name, values.Select(Node (value) => Quoted(value)));

    public MappingBuilder Nodes(string name, IEnumerable<Node> items) =>
        new SequenceNode(0, 0, [.. items]) is { Items.IsEmpty: false } sequence ? Add(name, sequence) : this;

    public MappingBuilder Mapping(string name, MappingBuilder? mapping) => mapping is null or { IsEmpty: true } ? this : Add(name, mapping.Build());

    public MappingBuilder Add(string name, Node? value)
    {
        if (value is not null)
        {
            _fields.Add((Quoted(name), value));
        }
        return this;
    }

    public MappingNode Build() => new(0, 0, _fields.ToImmutable());

    private static ScalarNode Quoted(string value) => new(0, 0, value, IsQuoted: true);
}
