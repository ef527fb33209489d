using System.Globalization;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Operator.Children;
using Tapedeck.Operator.Policies;
using Tapedeck.Policy.Merging;

namespace Tapedeck.Operator.Tools;

/// <summary>Numbers snapshots of policies. Pure. RATIONALE.md, "Why does a snapshot of policies have a number?"</summary>
internal static class Counting
{
    /// <param name="policies">Those that select the tool.</param>
    /// <param name="map">The ConfigMap with the last one; its metadata is enough.</param>
    /// <param name="spent">The number of one that somebody else wrote over: it is handed out again under another. 0 for none.</param>
    /// <returns>With the number of before while it says the same, else with the next one.</returns>
    internal static Snapshot Count(MergeInput policies, KubeObject tool, KubeObject? map, long spent)
    {
        var input = Fitting.Fit(policies, tool.Metadata.Namespace);
        var hash = Snapshot.HashOf(input);
        var written = NumberOf(map);
        var last = Math.Max(Math.Max(written, spent), Gathering.PolicyGeneration(tool));
        var isSame = map?.Metadata.Annotations.GetValueOrDefault(Names.PolicyHashAnnotation) == hash && written == last && written != spent;
        // What is enforced is known by its text, so that numbers may begin anew.
        return new Snapshot(input with { Generation = isSame ? last : last < PolicySnapshot.MostGeneration ? last + 1 : 1 }, hash);
    }

    /// <summary>Which snapshot a ConfigMap says that it holds; null where it does not. As <see cref="NumberOf"/>, for what that is worth.</summary>
    internal static SnapshotName? NameOf(KubeObject? map) =>
        NumberOf(map) is > 0 and var number && map!.Metadata.Annotations.GetValueOrDefault(Names.PolicyTextHashAnnotation) is { Length: > 0 } hash ? new(number, hash) : null;

    /// <summary>What a ConfigMap with policies says of itself, which anybody may have written who may write ConfigMaps; 0 for nothing.</summary>
    internal static long NumberOf(KubeObject? map) =>
        long.TryParse(map?.Metadata.Annotations.GetValueOrDefault(Names.PolicyGenerationAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= PolicySnapshot.MostGeneration ? number : 0;
}
