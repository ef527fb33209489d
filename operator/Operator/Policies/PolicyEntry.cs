using Tapedeck.Kube.Objects;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Policies;

/// <summary>A policy or ceiling as a cache has it.</summary>
/// <param name="Spec">Null where it cannot be read.</param>
/// <param name="Selector">What it selects tools by, where at least that can be read. Null may be everything.</param>
/// <param name="Problem">Why it cannot be read.</param>
internal sealed record PolicyEntry<TSpec>(KubeObject Object, TSpec? Spec, LabelSelector? Selector, string? Problem)
    where TSpec : class
{
    private const int MostProblems = 5;

    internal PolicyInput<TSpec> Input => new(Object.Key.ToString(), Spec, Problem);

    internal PolicyName Name => new(Object.Kind, Object.Metadata.Name, Object.Metadata.Generation);

    /// <param name="read">The reader of the spec.</param>
    internal static PolicyEntry<TSpec> Read(KubeObject @object, Func<Node, string, ProblemList, TSpec?> read)
    {
        var problems = new ProblemList(@object.ToString());
        var document = Documents.Read(@object.Json.GetRawText(), problems) is [MappingNode mapping] ? mapping : null;
        var node = document?.Find("spec");
        var spec = node is null ? null : read(node, "spec", problems);
        if (spec is not null && problems.IsEmpty)
        {
            return new(@object, spec, null, null);
        }
        var why = problems.IsEmpty ? "spec: expected a mapping, but found nothing" : string.Join("; ", problems.All.Take(MostProblems).Select(problem => problem.Text));
        return new(@object, null, SelectorOf(node), why);
    }

    private static LabelSelector? SelectorOf(Node? spec)
    {
        var scratch = new ProblemList("");
        return spec is MappingNode mapping && mapping.Find("toolSelector") is { } node && LabelSelectorReader.Read(node, "", scratch) is var selector && scratch.IsEmpty
            ? selector
            : null;
    }
}
