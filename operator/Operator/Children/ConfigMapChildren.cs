using System.Text;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Manifest.Writing;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Operator.Children;

/// <summary>The tool, whose change is a roll-out, and the policies, whose change is none.</summary>
internal static class ConfigMapChildren
{
    internal const string ToolKey = "tool.json";
    internal const string RootKey = "trusted_root.json";
    internal const string PolicyKey = "policy.json";
    internal const string TrustedRootKey = "trusted-root-obtained-at";

    /// <summary>Of all that is in one. A ConfigMap holds 1 MiB.</summary>
    internal const int MostBytes = 900_000;

    private const int DigestCharacters = 71;

    /// <summary>What the runtime is to know of the tool: what else the spec says is no reason for a roll-out.</summary>
    internal static string ToolContent(WasmTool tool, string digest)
    {
        var source = (OciSource)tool.Spec.Component;
        var pinned = new OciSource(source.Repository, new ArtifactRef(ArtifactRefKind.Digest, digest))
        {
            PullSecrets = source.PullSecrets,
            CertificateConfigMap = source.CertificateConfigMap,
            PlainHttp = source.PlainHttp,
        };
        var spec = new WasmToolSpec { Component = pinned, Verify = tool.Spec.Verify, Tools = tool.Spec.Tools, Limits = tool.Spec.Limits };
        return JsonText.Write(WasmToolNodes.Of(new WasmTool(tool.Namespace, tool.Name, 0, tool.Labels.Clear(), spec)));
    }

    /// <summary>How many bytes <see cref="Tool"/> would have, of which none depends on the digest.</summary>
    internal static int SizeOfTool(WasmTool tool, Settings settings) =>
        Encoding.UTF8.GetByteCount(ToolContent(tool, new string('0', DigestCharacters))) + Encoding.UTF8.GetByteCount(RootFor(tool, settings) ?? "");

    internal static Child Tool(ChildMaker maker, string content, Settings settings)
    {
        var root = RootFor(maker.Tool, settings);
        return maker.Make(
            Kinds.ConfigMaps,
            Names.ToolConfigMap(maker.Tool.Name, content + root),
            [("immutable", true), ("data", Json.Object((ToolKey, content), (RootKey, root is null ? null : JsonValue.Create(root))))]);
    }

    /// <summary>Pods verify again what the operator verified, and cannot mount anything of its namespace.</summary>
    private static string? RootFor(WasmTool tool, Settings settings) => tool.Spec.Verify is { NeedsTrustedRoot: true, TrustedRootConfigMap: null } ? settings.TrustedRoot : null;

    internal static Child Policy(ChildMaker maker, Snapshot snapshot, Artifact? artifact) => maker.Make(
        Kinds.ConfigMaps,
        Names.PolicyConfigMap(maker.Name),
        [("data", Json.Object((PolicyKey, snapshot.Text), (TrustedRootKey, artifact?.TrustedRootObtainedAt is { } at ? KubeTime.Seconds(at) : null)))],
        [new(Names.PolicyGenerationAnnotation, $"{snapshot.Input.Generation}"), new(Names.PolicyHashAnnotation, snapshot.Hash), new(Names.PolicyTextHashAnnotation, snapshot.Name.Hash)]);
}

/// <summary>The policies of a tool as its pods are handed them.</summary>
/// <param name="Hash">What two snapshots differ in, but for their number.</param>
internal sealed record Snapshot(MergeInput Input, string Hash)
{
    internal string Text { get; } = PolicySnapshot.Write(Input);

    internal SnapshotName Name => field ??= new(Input.Generation, PolicySnapshot.HashOf(Text));

    internal static string HashOf(MergeInput input) => Names.FullHash(PolicySnapshot.Write(input with { Generation = 0 }));
}

/// <summary>Which snapshot of policies it is: the number is for people, and the text is what counts.</summary>
/// <param name="Hash">Of its text, the number included; empty where a pod does not say.</param>
internal sealed record SnapshotName(long Generation, string Hash);
