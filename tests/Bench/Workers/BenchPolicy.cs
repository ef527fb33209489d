using Tapedeck.Policy;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Bench.Workers;

/// <summary>A gate from the text of a policy.</summary>
internal static class BenchPolicy
{
    internal static Gate Gate(string yaml)
    {
        var problems = new ProblemList("bench.yaml");
        var spec = CapabilityPolicyReader.Read(Documents.Read($"toolSelector: {{}}\n{yaml}\n", problems).Single(), "spec", problems);
        return problems.All.Any()
            ? throw new InvalidOperationException($"the bench's own policy is wrong: {problems.All.First()}")
            : new Gate("bench", GrantsMerge.Merge(new MergeInput { Generation = 1, Policies = [new("bench/p", spec, null)] }, null), null);
    }
}
