using System.Collections.Immutable;

namespace Tapedeck.Policy.Reading;

/// <summary>Collects what is wrong with a file, so that one reading tells everything.</summary>
public sealed class ProblemList(string file)
{
    private const int Most = 100;

    private readonly List<Problem> _problems = [];

    public bool IsEmpty => Count == 0;

    /// <summary>How many were found; those beyond the first hundred are counted and not kept.</summary>
    public int Count { get; private set; }

    public ImmutableArray<Problem> All => [.. _problems];

    public void Add(Node node, string field, string message) => Add(node.Line, node.Column, field, message);

    public void Add(int line, int column, string field, string message)
    {
        if (Count++ < Most)
        {
            _problems.Add(new Problem(file, line, column, field, message));
        }
    }

    public void Expected(Node node, string field, string expected) => Add(node, field, $"expected {expected}, but found {node.Describe()}");
}
