using System.Text.RegularExpressions;
using Tapedeck.Manifest.Reading;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Operator.Tests.Crds;

/// <summary>The schemas against the readers, and against the rules that schemas have to keep.</summary>
public sealed partial class CrdTests
{
    private const string Bogus = "zzzzzzzzzzzz";
    private const int MostBytes = 200_000;

    /// <summary>What a reader knows and the schema does not have: sources of a laptop, and fields that are refused with advice.</summary>
    private static readonly HashSet<string> OnlyRead =
    [
        "spec.component.layout", "spec.component.file", "spec.component.https", "spec.resources.limits.memory",
        "spec.storage.allow[].hostPath", "spec.storage.allow[].volume.hostPath",
        "spec.mode", "spec.network.allow", "spec.storage.allow", "spec.environment.allow", "spec.config.allow",
    ];

    public static TheoryData<string> Files => [.. Schema.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_schema_has_what_the_reader_knows(string file)
    {
        var differences = new List<string>();
        var objects = SpecOf(file).All().Where(schema => schema.Properties.Any()).ToArray();
        foreach (var schema in objects)
        {
            var known = KnownBy(file, schema.Path);
            var had = schema.Properties.Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
            differences.AddRange(known.Except(had).Select(name => $"{schema.Path}.{name}").Where(path => !IsOnlyRead(file, path)).Select(path => $"{path} is read and not in the schema"));
            differences.AddRange(had.Except(known).Select(name => $"{schema.Path}.{name} is in the schema and not read"));
        }
        Assert.True(objects.Length > 10);
        Assert.Empty(differences);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Everything_is_bounded(string file) => Assert.Empty(Schema.Of(file).All()
        .Where(schema => schema.Path != "metadata")
        .Select(schema => (schema.Path, Problem: Unbounded(schema)))
        .Where(schema => schema.Problem is not null));

    /// <summary>kubectl reads YAML 1.1, where True without quotes is no text.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_word_of_an_enumeration_is_a_text_to_every_reader(string file)
    {
        var words = Schema.Of(file).All().Where(schema => schema.Text("type") == "string")
            .SelectMany(schema => ((schema.Node.Find("enum") as SequenceNode)?.Items ?? []).Append(schema.Node.Find("default"))).OfType<ScalarNode>().ToArray();
        Assert.NotEmpty(words);
        Assert.Empty(words.Where(word => !word.IsText));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Everything_is_described(string file) =>
        Assert.Empty(Schema.Of(file).All().Where(schema => schema.Path != "metadata" && schema.Text("description") is not { Length: > 5 }).Select(schema => schema.Path));

    [Theory]
    [InlineData("capabilitypolicies")]
    [InlineData("clustercapabilitypolicies")]
    public void A_policy_keeps_what_is_misspelt_at_every_level(string file) =>
        Assert.Empty(SpecOf(file).All().Where(schema => schema.Properties.Any() && !schema.Keeps).Select(schema => schema.Path));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_schema_is_small_and_has_no_phase(string file)
    {
        Assert.True(JsonText.Write(Schema.Document(file)).Length < MostBytes);
        Assert.DoesNotContain(Schema.Of(file).All(), schema => schema.Path.EndsWith(".phase", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Conditions_are_a_map_by_type(string file)
    {
        var conditions = Schema.Of(file).All().Single(schema => schema.Path == "status.conditions");
        Assert.Equal("map", conditions.Text("x-kubernetes-list-type"));
        Assert.Equal(["type"], ((SequenceNode)conditions.Node.Find("x-kubernetes-list-map-keys")!).Items.Select(item => ((ScalarNode)item).Value));
        var required = ((SequenceNode)((MappingNode)conditions.Node.Find("items")!).Find("required")!).Items.Select(item => ((ScalarNode)item).Value);
        Assert.Superset(new HashSet<string> { "type", "status", "reason", "lastTransitionTime" }, required.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_rule_has_a_message(string file)
    {
        var rules = Schema.Of(file).All().SelectMany(schema => (schema.Node.Find("x-kubernetes-validations") as SequenceNode)?.Items ?? []).Cast<MappingNode>().ToArray();
        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.True(rule.Find("message") is ScalarNode { Value.Length: > 10 }));
    }

    [Theory]
    [InlineData("wasmtools", "wt")]
    [InlineData("capabilitypolicies", "cpol")]
    [InlineData("clustercapabilitypolicies", "ccpol")]
    public void Names_are_short_and_in_the_category(string file, string shortName)
    {
        var names = (MappingNode)((MappingNode)Schema.Document(file).Find("spec")!).Find("names")!;
        Assert.Equal(shortName, ((ScalarNode)((SequenceNode)names.Find("shortNames")!).Items[0]).Value);
        Assert.Equal("tapedeck", ((ScalarNode)((SequenceNode)names.Find("categories")!).Items[0]).Value);
    }

    private static Schema SpecOf(string file) => Schema.Of(file).Properties.Single(property => property.Name == "spec").Schema;

    /// <summary>The ceilings refuse what policies have.</summary>
    private static bool IsOnlyRead(string file, string path) =>
        OnlyRead.Contains(path) && (file == "clustercapabilitypolicies" || !(path == "spec.mode" || path.EndsWith(".allow", StringComparison.Ordinal)));

    /// <summary>The fields that the reader asks for at a path: what it says of one that it never asked for names all others.</summary>
    private static HashSet<string> KnownBy(string file, string path)
    {
        Node node = new MappingBuilder().Text(Bogus, "x").Build();
        foreach (var step in Steps().Matches(path["spec".Length..]).Select(match => match.Value).Reverse())
        {
            node = step switch
            {
                "[]" => new SequenceNode(0, 0, [node]),
                "{}" => new MappingBuilder().Add("key", node).Build(),
                _ => new MappingBuilder().Add(step[1..], node).Build(),
            };
        }
        var problems = new ProblemList(file);
        _ = file switch
        {
            "wasmtools" => (object?)WasmToolReader.ReadSpec(node, "spec", problems),
            "capabilitypolicies" => CapabilityPolicyReader.Read(node, "spec", problems),
            _ => ClusterCapabilityPolicyReader.Read(node, "spec", problems),
        };
        var message = problems.All.Where(problem => problem.Message.Contains(Bogus, StringComparison.Ordinal)).Select(problem => problem.Message).FirstOrDefault()
            ?? throw new InvalidOperationException($"{path}: the reader does not mind an unknown field");
        return [.. message[(message.IndexOf("known here: ", StringComparison.Ordinal) + "known here: ".Length)..].Split(", ")];
    }

    private static string? Unbounded(Schema schema) => schema.Text("type") switch
    {
        "string" => schema.Has("maxLength") || schema.Has("enum") ? null : "no maxLength",
        "integer" => schema.Has("minimum") && schema.Has("maximum") ? null : "no minimum or maximum",
        "array" => schema.Has("maxItems") && schema.Has("x-kubernetes-list-type") ? null : "no maxItems or list type",
        "object" when schema.Has("additionalProperties") => schema.Has("maxProperties") ? null : "no maxProperties",
        "object" => schema.Properties.Any() || schema.Keeps ? null : "says nothing",
        "boolean" => null,
        null => schema.Text("x-kubernetes-int-or-string") == "true" && schema.Has("maxLength") && schema.Has("minimum") ? null : "no type",
        var other => $"the type {other}",
    };

    [GeneratedRegex(@"\.[A-Za-z0-9]+|\[\]|\{\}")]
    private static partial Regex Steps();
}
