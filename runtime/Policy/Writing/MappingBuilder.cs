using System.Collections.Immutable;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Policy.Writing;

/// <summary>Puts a mapping together. What is null or empty is left out.</summary>
internal sealed class MappingBuilder
{
    private readonly ImmutableArray<(ScalarNode, Node)>.Builder _fields = ImmutableArray.CreateBuilder<(ScalarNode, Node)>();

    internal bool IsEmpty => _fields.Count == 0;

    internal MappingBuilder Text(string name, string? value) => value is null ? this : Add(name, Quoted(value));

    internal MappingBuilder Plain(string name, string? value) => value is null ? this : Add(name, new ScalarNode(0, 0, value, IsQuoted: false));

    internal MappingBuilder Texts(string name, IEnumerable<string> values) => Nodes(name, values.Select(Node (value) => Quoted(value)));

    internal MappingBuilder Nodes(string name, IEnumerable<Node> items) =>
        new SequenceNode(0, 0, [.. items]) is { Items.IsEmpty: false } sequence ? Add(name, sequence) : this;

    internal MappingBuilder Mapping(string name, MappingBuilder? mapping) => mapping is null or { IsEmpty: true } ? this : Add(name, mapping.Build());

    internal MappingBuilder Add(string name, Node? value)
    {
        if (value is not null)
        {
            _fields.Add((Quoted(name), value));
        }
        return this;
    }

    internal MappingNode Build() => new(0, 0, _fields.ToImmutable());

    private static ScalarNode Quoted(string value) => new(0, 0, value, IsQuoted: true);
}
