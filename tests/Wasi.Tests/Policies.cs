using Tapedeck.Policy;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Wasi.Tests;

/// <summary>Grants from the text of a policy's spec.</summary>
internal static class Policies
{
    internal const string Data = "storage: {allow: [{volume: {name: data, emptyDir: {sizeLimit: 1Gi}}, path: /data, access: [read, write]}]}";
    internal const string ReadOnlyData = "storage: {allow: [{volume: {name: data, emptyDir: {sizeLimit: 1Gi}}, path: /data, access: [read]}]}";

    internal static Grants Grants(string yaml, long generation = 1, AddressPlan? plan = null)
    {
        var problems = new ProblemList("policy.yaml");
        var spec = CapabilityPolicyReader.Read(Documents.Read($"toolSelector: {{}}\n{yaml}\n", problems).Single(), "spec", problems);
        Xunit.Assert.Empty(problems.All);
        return GrantsMerge.Merge(new MergeInput { Generation = generation, Policies = [new("team/p", spec, null)], Addresses = plan ?? AddressPlan.Default }, null);
    }

    /// <summary>A gate under a policy, or without one.</summary>
    internal static Gate Gate(string? yaml) => new("tool", yaml is null ? Policy.Grants.Nothing : Grants(yaml), null);
}
