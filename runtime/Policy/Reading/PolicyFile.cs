using System.Collections.Immutable;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>The policies of a file of one or more YAML documents, or of a JSON document.</summary>
public sealed record PolicyFile
{
    public const string ApiVersion = "tapedeck.dev/v1alpha1";

    private const string PolicyKind = "CapabilityPolicy";
    private const string CeilingKind = "ClusterCapabilityPolicy";

    public ImmutableArray<PolicyObject<CapabilityPolicySpec>> Policies { get; init; } = [];

    public ImmutableArray<PolicyObject<ClusterCapabilityPolicySpec>> Ceilings { get; init; } = [];

    /// <summary>Policies and ceilings that cannot be read, to fail closed by.</summary>
    public ImmutableArray<InvalidPolicy> Invalid { get; init; } = [];

    /// <summary>Documents of other kinds.</summary>
    public ImmutableArray<Node> Others { get; init; } = [];

    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <param name="file">Its name, for messages.</param>
    public static PolicyFile Read(string file, string text)
    {
        var problems = new ProblemList(file);
        var result = new PolicyFile();
        foreach (var document in Documents.Read(text, problems))
        {
            result = KindOf(document) switch
            {
                PolicyKind => result.WithPolicy(document, problems),
                CeilingKind => result.WithCeiling(document, problems),
                _ => result with { Others = result.Others.Add(document) },
            };
        }
        return result with { Problems = problems.All };
    }

    private static string? KindOf(Node document) => document is MappingNode mapping && mapping.Find("kind") is ScalarNode kind ? kind.Value : null;

    private PolicyFile WithPolicy(Node document, ProblemList problems)
    {
        var before = problems.Count;
        var envelope = Envelope.Read(document, isNamespaced: true, problems);
        var spec = envelope.Spec is null ? null : CapabilityPolicyReader.Read(envelope.Spec, "spec", problems);
        return problems.Count > before || spec is null
            ? this with { Invalid = Invalid.Add(new InvalidPolicy(IsCeiling: false, envelope.Namespace, envelope.Name, SelectorOf(envelope))) }
            : this with { Policies = Policies.Add(new(envelope.Namespace, envelope.Name, envelope.Generation, spec)) };
    }

    private PolicyFile WithCeiling(Node document, ProblemList problems)
    {
        var before = problems.Count;
        var envelope = Envelope.Read(document, isNamespaced: false, problems);
        var spec = envelope.Spec is null ? null : ClusterCapabilityPolicyReader.Read(envelope.Spec, "spec", problems);
        return problems.Count > before || spec is null
            ? this with { Invalid = Invalid.Add(new InvalidPolicy(IsCeiling: true, "", envelope.Name, null)) }
            : this with { Ceilings = Ceilings.Add(new("", envelope.Name, envelope.Generation, spec)) };
    }

    private static LabelSelector? SelectorOf(Envelope envelope)
    {
        var scratch = new ProblemList("");
        return envelope.Spec is MappingNode spec && spec.Find("toolSelector") is { } node && LabelSelectorReader.Read(node, "", scratch) is var selector
            && scratch.IsEmpty ? selector : null;
    }
}
