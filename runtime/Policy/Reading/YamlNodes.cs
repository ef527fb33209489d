using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tapedeck.Policy.Reading;

/// <summary>The nodes of YAML documents, from the parser's events: nothing of YAML is turned into objects by names of types.</summary>
internal sealed class YamlNodes
{
    private readonly IParser _parser;
    private int _nodes;

    private YamlNodes(IParser parser) => _parser = parser;

    internal static ImmutableArray<Node> Read(string text, ProblemList problems)
    {
        var documents = ImmutableArray.CreateBuilder<Node>();
        try
        {
            var nodes = new YamlNodes(new Parser(new StringReader(text)));
            nodes._parser.Consume<StreamStart>();
            while (nodes._parser.TryConsume<DocumentStart>(out _))
            {
                var root = nodes.Read(DocumentLimits.Depth);
                nodes._parser.Consume<DocumentEnd>();
                if (root is not ScalarNode { IsNull: true })
                {
                    documents.Add(root);
                }
            }
        }
        catch (YamlException exception)
        {
            problems.Add((int)exception.Start.Line, (int)exception.Start.Column, "", $"expected YAML: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // The parser throws them on some texts that it gets lost in, without a place.
            problems.Add(0, 0, "", $"expected YAML: {exception.Message}");
        }
        return documents.ToImmutable();
    }

    private Node Read(int depth)
    {
        var next = _parser.Consume<ParsingEvent>();
        if (next is NodeEvent { Anchor.IsEmpty: false } or AnchorAlias)
        {
            throw Refused(next, "anchors and aliases are not accepted");
        }
        if (next is NodeEvent { Tag.IsEmpty: false })
        {
            throw Refused(next, "tags are not accepted");
        }
        if (depth == 0 || ++_nodes > DocumentLimits.Nodes)
        {
            throw Refused(next, $"at most {DocumentLimits.Depth} levels and {DocumentLimits.Nodes} values are accepted");
        }
        return next switch
        {
            Scalar scalar => new ScalarNode(Line(next), Column(next), scalar.Value, scalar.Style != ScalarStyle.Plain),
            SequenceStart => new SequenceNode(Line(next), Column(next), Items(depth)),
            MappingStart => new MappingNode(Line(next), Column(next), Fields(depth)),
            _ => throw Refused(next, "a value was expected"),
        };
    }

    private ImmutableArray<Node> Items(int depth)
    {
        var items = ImmutableArray.CreateBuilder<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Read(depth - 1));
        }
        return items.ToImmutable();
    }

    private ImmutableArray<(ScalarNode Name, Node Value)> Fields(int depth)
    {
        var fields = ImmutableArray.CreateBuilder<(ScalarNode, Node)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out var end))
        {
            var current = _parser.Current!;
            if (Read(depth - 1) is not ScalarNode name)
            {
                throw Refused(current, "the name of a field is a text");
            }
            if (!names.Add(name.Value))
            {
                throw Refused(current, $"the field {name.Describe()} is there twice");
            }
            fields.Add((name, Read(depth - 1)));
        }
        return fields.ToImmutable();
    }

    private static YamlException Refused(ParsingEvent at, string message) => new(at.Start, at.End, message);

    private static int Line(ParsingEvent at) => (int)at.Start.Line;

    private static int Column(ParsingEvent at) => (int)at.Start.Column;
}
