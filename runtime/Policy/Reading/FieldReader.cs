using System.Collections.Immutable;

namespace Tapedeck.Policy.Reading;

/// <summary>
/// Takes the fields of a mapping one after the other. What is never asked for is unknown, and an error: a misspelt <c>deny</c> must not vanish.
/// A field that is null is as good as absent.
/// </summary>
public sealed class FieldReader
{
    private const int MostEdits = 2;
    private const int MostItems = 1_000;

    private readonly MappingNode? _mapping;
    private readonly ProblemList _problems;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="node">Reported where it is no mapping; every field is absent then.</param>
    /// <param name="field">Where the node is.</param>
    public FieldReader(Node node, string field, ProblemList problems)
    {
        Node = node;
        Field = field;
        _problems = problems;
        _mapping = node as MappingNode;
        if (_mapping is null)
        {
            problems.Expected(node, field, "a mapping");
        }
    }

    public Node Node { get; }

    public string Field { get; }

    public ProblemList Problems => _problems;

    public string PathOf(string name) => Field.Length == 0 ? name : $"{Field}.{name}";

    /// <summary>The field, or null where it is absent.</summary>
    public Node? Take(string name)
    {
        _known.Add(name);
        return _mapping?.Find(name) is { } node and not ScalarNode { IsNull: true } ? node : null;
    }

    public Node? TakeRequired(string name, string expected)
    {
        var node = Take(name);
        if (node is null && _mapping is not null)
        {
            _problems.Add(Node, PathOf(name), $"expected {expected}, but found nothing");
        }
        return node;
    }

    /// <summary>A mapping, read by fields of its own.</summary>
    public FieldReader? TakeMapping(string name) => Take(name) is { } node ? new FieldReader(node, PathOf(name), _problems) : null;

    /// <summary>A text.</summary>
    public string? TakeText(string name) => Take(name) is { } node ? Text(node, PathOf(name), _problems) : null;

    /// <summary>A value that is written as a text.</summary>
    public bool TryTake<T>(string name, Parse<T> parse, out T value)
    {
        value = default!;
        return Take(name) is { } node && TryParse(node, PathOf(name), parse, out value, _problems);
    }

    /// <summary>True or false.</summary>
    public bool? TakeTruth(string name)
    {
        if (Take(name) is not { } node)
        {
            return null;
        }
        if (node is ScalarNode { Truth: { } truth })
        {
            return truth;
        }
        _problems.Expected(node, PathOf(name), "true or false");
        return null;
    }

    /// <summary>The items of a list with their places; none where the field is absent.</summary>
    public IEnumerable<(Node Item, string Field)> TakeList(string name)
    {
        if (Take(name) is not { } node)
        {
            return [];
        }
        if (node is SequenceNode sequence)
        {
            return sequence.Items.Select((item, index) => (item, $"{PathOf(name)}[{index}]"));
        }
        _problems.Expected(node, PathOf(name), "a list");
        return [];
    }

    /// <summary>A list of values that are written as texts.</summary>
    /// <param name="most">How many there may be.</param>
    public ImmutableArray<T> TakeList<T>(string name, Parse<T> parse, int most = MostItems)
    {
        var values = ImmutableArray.CreateBuilder<T>();
        if (IsTooLong(name, most))
        {
            return [];
        }
        foreach (var (item, field) in TakeList(name))
        {
            if (TryParse(item, field, parse, out var value, _problems))
            {
                values.Add(value);
            }
        }
        return values.ToImmutable();
    }

    /// <summary>A field whose absence and emptiness would mean different things: reported where it is there and empty.</summary>
    public bool IsEmptyList(string name)
    {
        if (Take(name) is not SequenceNode { Items.IsEmpty: true } node)
        {
            return false;
        }
        _problems.Add(node, PathOf(name), "expected at least one value; leave the field out to not narrow by it");
        return true;
    }

    /// <summary>Says so where a list or a mapping has more entries than there may be.</summary>
    public bool IsTooLong(string name, int most)
    {
        var node = Take(name);
        var count = node is SequenceNode list ? list.Items.Length : node is MappingNode mapping ? mapping.Fields.Length : 0;
        if (count > most)
        {
            _problems.Add(node!, PathOf(name), $"expected at most {most} entries, but found {count}");
        }
        return count > most;
    }

    /// <summary>Says so where a field is there that cannot be.</summary>
    public void Refuse(string name, string why)
    {
        if (Take(name) is { } node)
        {
            _problems.Add(node, PathOf(name), why);
        }
    }

    /// <summary>Reports the fields that nobody asked for.</summary>
    public void Done()
    {
        foreach (var (name, _) in _mapping?.Fields ?? [])
        {
            if (!_known.Contains(name.Value))
            {
                _problems.Add(name, PathOf(name.Value), $"unknown field {name.Describe()}; {Suggestion(name.Value)}");
            }
        }
    }

    public static string? Text(Node node, string field, ProblemList problems)
    {
        if (node is ScalarNode { IsText: true } scalar)
        {
            return scalar.Value;
        }
        problems.Expected(node, field, node is ScalarNode ? "a text; put it in quotes" : "a text");
        return null;
    }

    /// <summary>Numbers may be written as numbers or as texts.</summary>
    public static bool TryParse<T>(Node node, string field, Parse<T> parse, out T value, ProblemList problems)
    {
        value = default!;
        if (node is not ScalarNode scalar || !(scalar.IsText || scalar.IsWholeNumber))
        {
            parse("", out _, out var wanted);
            problems.Expected(node, field, wanted);
            return false;
        }
        if (parse(scalar.Value, out value, out var expected))
        {
            return true;
        }
        problems.Expected(node, field, expected);
        return false;
    }

    private string Suggestion(string name)
    {
        string[] known = [.. _known.Order(StringComparer.Ordinal)];
        return EditDistance.Nearest(name, known, MostEdits) is { } nearest ? $"did you mean '{nearest}'?" : $"known here: {string.Join(", ", known)}";
    }
}
