using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest.Specs;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Policies;

/// <summary>What a version of a tool says that policies select by, read once for all of them.</summary>
internal sealed record Stated(string Repository, ImmutableArray<Signer> Signers)
{
    /// <summary>A cache has one object for each version, and forgets it with the version.</summary>
    private static readonly ConditionalWeakTable<KubeObject, Stated> All = [];

    /// <summary>The same for tools that policies of their namespace cannot tell apart.</summary>
    internal string Kind { get; private init; } = "";

    internal static Stated By(KubeObject tool) => All.GetValue(tool, static tool =>
    {
        var stated = new Stated((Gathering.Read(tool).Tool?.Spec.Component as OciSource)?.Repository ?? "", Artifact.Read(tool)?.Signers ?? []);
        var labels = tool.Metadata.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}");
        return stated with { Kind = $"{string.Join(' ', labels)}\n{stated.Repository}\n{string.Join('\n', stated.Signers)}" };
    });
}
