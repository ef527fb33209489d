using System.Collections.Immutable;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Writing;

/// <summary>What selects tools and artifacts, as nodes.</summary>
internal static class SelectorNodes
{
    internal static Node Of(LabelSelector selector)
    {
        var labels = new MappingBuilder();
        foreach (var (name, value) in selector.MatchLabels)
        {
            labels.Text(name, value);
        }
        return new MappingBuilder().Mapping("matchLabels", labels).Nodes("matchExpressions", selector.MatchExpressions.Select(Of)).Build();
    }

    internal static MappingBuilder Of(ArtifactSelector artifact) => new MappingBuilder()
        .Text("repository", artifact.Repository?.Value)
        .Mapping("signer", artifact.Signer is { } signer ? Of(signer) : null);

    /// <summary>An empty list is written, since it is an answer.</summary>
    internal static Node Of(ImmutableArray<RepositoryPrefix> registries) =>
        new SequenceNode(0, 0, [.. registries.Select(prefix => new ScalarNode(0, 0, prefix.Value, IsQuoted: true))]);

    /// <inheritdoc cref="Of(ImmutableArray{RepositoryPrefix})"/>
    internal static Node Of(ImmutableArray<Signer> signers) => new SequenceNode(0, 0, [.. signers.Select(signer => (Node)Of(signer).Build())]);

    private static MappingNode Of(LabelRequirement requirement) => new MappingBuilder()
        .Text("key", requirement.Key)
        .Text("operator", requirement.Operator.ToString())
        .Texts("values", requirement.Values)
        .Build();

    private static MappingBuilder Of(Signer signer) => signer.Key.Length > 0
        ? new MappingBuilder().Text("keySha256", signer.Key)
        : new MappingBuilder().Text("issuer", signer.Issuer).Text("identity", signer.Identity);
}
