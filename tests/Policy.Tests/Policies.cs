using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Policy.Tests;

/// <summary>Policies from the text of their specs.</summary>
internal static class Policies
{
    /// <summary>The fields of a spec without its toolSelector.</summary>
    internal static CapabilityPolicySpec Spec(string yaml)
    {
        var problems = new ProblemList("policy.yaml");
        var spec = CapabilityPolicyReader.Read(Root("toolSelector: {}\n" + (yaml == "{}" ? "" : yaml), problems), "spec", problems);
        Assert.Empty(problems.All);
        return spec!;
    }

    internal static ClusterCapabilityPolicySpec Ceiling(string yaml)
    {
        var problems = new ProblemList("ceiling.yaml");
        var spec = ClusterCapabilityPolicyReader.Read(Root(yaml, problems), "spec", problems);
        Assert.Empty(problems.All);
        return spec!;
    }

    internal static Grants Grants(params string[] yaml) => Merge(new MergeInput { Generation = 1, Policies = [.. yaml.Select(Input)] });

    internal static Grants GrantsUnder(AddressPlan plan, string yaml) =>
        Merge(new MergeInput { Generation = 1, Policies = [Input(yaml, 0)], Addresses = plan });

    internal static Grants GrantsUnderCeiling(string ceiling, params string[] yaml) => Merge(new MergeInput
    {
        Generation = 1,
        Policies = [.. yaml.Select(Input)],
        Ceilings = [new("base", Ceiling(ceiling), null)],
    });

    internal static PolicyInput<CapabilityPolicySpec> Input(string yaml, int index) => new($"team/p{index}", Spec(yaml), null);

    private static Grants Merge(MergeInput input) => GrantsMerge.Merge(input, null);

    private static Node Root(string yaml, ProblemList problems)
    {
        var documents = Documents.Read(yaml, problems);
        Assert.Empty(problems.All);
        return Assert.Single(documents);
    }
}
