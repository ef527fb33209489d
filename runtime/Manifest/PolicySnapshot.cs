using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Manifest;

/// <summary>
/// The policies that select one tool, as the operator found them and as the runtime merges them: the operator decides what selects, the runtime decides what that
/// grants. References to Secrets and ConfigMaps are in it, and no value of them.
/// </summary>
public static class PolicySnapshot
{
    public const string Kind = "PolicySnapshot";

    /// <summary>The highest generation: every reader of JSON has it exactly.</summary>
    public const long MostGeneration = (1L << 53) - 1;

    /// <summary>The same input gives the same bytes.</summary>
    public static string Write(MergeInput input) => JsonText.Write(new MappingBuilder()
        .Text("apiVersion", PolicyFile.ApiVersion)
        .Text("kind", Kind)
        .Plain("generation", $"{input.Generation}")
        .Text("incomplete", input.Incomplete)
        .Texts("clusterRanges", input.Addresses.ClusterRanges.Select(range => range.ToString()))
        .Texts("closedRanges", input.Addresses.ClosedRanges.Select(range => range.ToString()))
        .Nodes("policies", input.Policies.Select(policy => Of(policy, PolicyNodes.Of)))
        .Nodes("ceilings", input.Ceilings.Select(ceiling => Of(ceiling, PolicyNodes.Of)))
        .Build());

    /// <summary>The snapshot without the limits of the tool, or null where something was added to <paramref name="problems"/>.</summary>
    /// <param name="ownAddresses">Of the pod that reads.</param>
    public static MergeInput? Read(string text, IEnumerable<Address> ownAddresses, ProblemList problems)
    {
        if (Documents.Read(text, problems) is not [var document])
        {
            problems.Add(0, 0, "", "expected one document");
            return null;
        }
        var fields = new FieldReader(document, "", problems);
        if (fields.TakeText("apiVersion") != PolicyFile.ApiVersion || fields.TakeText("kind") != Kind)
        {
            problems.Add(document, "kind", $"expected {Kind} of {PolicyFile.ApiVersion}");
        }
        fields.TakeRequired("generation", "a number");
        var input = new MergeInput
        {
            Generation = fields.TryTake<long>("generation", Generation, out var generation) ? generation : 0,
            Hash = HashOf(text),
            Incomplete = fields.TakeText("incomplete"),
            Addresses = new AddressPlan(
                fields.TakeList<AddressRange>("clusterRanges", AddressRange.TryParse),
                ownAddresses,
                fields.TakeList<AddressRange>("closedRanges", AddressRange.TryParse)),
            Policies = ListsReader.ReadList(fields, "policies", entry => Read(entry, CapabilityPolicyReader.Read)),
            Ceilings = ListsReader.ReadList(fields, "ceilings", entry => Read(entry, ClusterCapabilityPolicyReader.Read)),
        };
        fields.Done();
        return problems.IsEmpty ? input : null;
    }

    /// <summary>Of the text of a snapshot: by it whoever reads one says which it has.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static MappingNode Of<TSpec>(PolicyInput<TSpec> policy, Func<TSpec, Node> write)
        where TSpec : class => new MappingBuilder()
        .Text("name", policy.Name)
        .Add("spec", policy.Spec is { } spec ? write(spec) : null)
        .Text("problem", policy.Problem)
        .Build();

    private static PolicyInput<TSpec>? Read<TSpec>(FieldReader entry, Func<Node, string, ProblemList, TSpec?> read)
        where TSpec : class
    {
        entry.TakeRequired("name", "the name of a policy");
        var name = entry.TakeText("name") ?? "";
        var spec = entry.Take("spec") is { } node ? read(node, entry.PathOf("spec"), entry.Problems) : null;
        var problem = entry.TakeText("problem");
        if (spec is null == problem is null)
        {
            entry.Problems.Add(entry.Node, entry.Field, "expected exactly one of spec and problem");
        }
        return new PolicyInput<TSpec>(name, spec, problem);
    }

    private static bool Generation(string text, out long value, out string expected)
    {
        expected = $"a number from 0 to {MostGeneration}";
        return long.TryParse(text, NumberStyles.None, null, out value) && value <= MostGeneration;
    }
}
