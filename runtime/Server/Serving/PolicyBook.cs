using System.Collections.Immutable;
using Tapedeck.Manifest;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Server.Serving;

/// <summary>The policies of a laptop's files, and which of them select a tool: what in a cluster the operator finds out.</summary>
internal sealed class PolicyBook
{
    private readonly ImmutableArray<PolicyObject<CapabilityPolicySpec>> _policies;
    private readonly ImmutableArray<PolicyObject<ClusterCapabilityPolicySpec>> _ceilings;
    private readonly ImmutableArray<InvalidPolicy> _invalid;
    private readonly string? _incomplete;

    /// <param name="incomplete">Why not all policies could be read; null where they could.</param>
    internal PolicyBook(IReadOnlyList<PolicyFile> files, string? incomplete)
    {
        _policies = [.. files.SelectMany(file => file.Policies)];
        _ceilings = [.. files.SelectMany(file => file.Ceilings)];
        _invalid = [.. files.SelectMany(file => file.Invalid)];
        _incomplete = incomplete;
    }

    /// <summary>How many policies and ceilings there are.</summary>
    internal int Count => _policies.Length + _ceilings.Length;

    internal MergeInput For(WasmTool tool, long generation, ImmutableArray<Signer> signers)
    {
        var facts = new ToolFacts(tool.Labels, ImmutableSortedDictionary<string, string>.Empty, RepositoryOf(tool)) { Signers = signers };
        var invalid = _invalid.Where(policy => (policy.IsCeiling || policy.Namespace == tool.Namespace) && policy.MaySelect(facts)).ToArray();
        return new MergeInput
        {
            Generation = generation,
            ToolLimits = tool.Spec.Limits,
            Addresses = AddressPlan.Default,
            Incomplete = _incomplete,
            Policies =
            [
                .. _policies.Where(policy => policy.Namespace == tool.Namespace && policy.Spec.Selects(facts))
                    .Select(policy => new PolicyInput<CapabilityPolicySpec>(policy.QualifiedName, policy.Spec, null)),
                .. invalid.Where(policy => !policy.IsCeiling)
                    .Select(policy => new PolicyInput<CapabilityPolicySpec>($"{policy.Namespace}/{policy.Name}", null, "the policy cannot be read")),
            ],
            Ceilings =
            [
                .. _ceilings.Where(ceiling => ceiling.Spec.Selects(facts))
                    .Select(ceiling => new PolicyInput<ClusterCapabilityPolicySpec>(ceiling.Name, ceiling.Spec, null)),
                .. invalid.Where(policy => policy.IsCeiling)
                    .Select(policy => new PolicyInput<ClusterCapabilityPolicySpec>(policy.Name, null, "the ceiling cannot be read")),
            ],
        };
    }

    /// <summary>What the policies select by, where none of them selects the tool; empty where one does, or where there are none. Ceilings grant nothing, and do not count.</summary>
    /// <param name="signers">Null where they are not known yet: policies that select by who signed may select it later.</param>
    internal ImmutableArray<string> SelectorsOf(WasmTool tool, ImmutableArray<Signer>? signers = null)
    {
        var facts = new ToolFacts(tool.Labels, ImmutableSortedDictionary<string, string>.Empty, RepositoryOf(tool)) { Signers = signers ?? [] };
        return _policies.Any(policy => policy.Namespace == tool.Namespace && ((signers is null && policy.Spec.Artifact?.Signer is not null) || policy.Spec.Selects(facts))) || !_invalid.IsEmpty
            ? []
            : [.. _policies.Select(policy => $"{policy.QualifiedName} is for {SelectorOf(policy.Spec)} in the namespace {policy.Namespace}")];
    }

    private static string SelectorOf(CapabilityPolicySpec spec)
    {
        var labels = spec.ToolSelector is { MatchLabels.IsEmpty: true, MatchExpressions.IsEmpty: true } ? "all tools"
            : $"tools with {string.Join(", ", spec.ToolSelector.MatchLabels.Select(label => $"{label.Key}={label.Value}").Concat(spec.ToolSelector.MatchExpressions.Select(requirement => $"{requirement.Key} {requirement.Operator} {string.Join('|', requirement.Values)}".TrimEnd())))}";
        var place = spec.Artifact?.Repository is { } prefix ? $" of {prefix.Value}" : "";
        return $"{labels}{place}{(spec.Artifact?.Signer is { } signer ? $" signed by {signer}" : "")}";
    }

    private static string RepositoryOf(WasmTool tool) => tool.Spec.Component is Manifest.Specs.OciSource oci ? oci.Repository : "";
}
