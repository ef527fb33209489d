using System.Text.RegularExpressions;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Tests.Cluster;
using Tapedeck.Policy.Reading;
using Xunit;

namespace Tapedeck.Operator.Tests.Crds;

/// <summary>What is refused, by a server that evaluates CEL and by the readers, which are all there is where a server does not.</summary>
[Collection(CrdServerCollection.Name)]
public sealed partial class RefusalTests(CrdServer server)
{
    /// <summary>What the readers let through and the schema does not.</summary>
    private static readonly string[] OnlyTheSchema = [];

    public static TheoryData<string> Files => [.. Schema.Files];

    public static TheoryData<string> RefusedFiles => [.. Fixture.Refused.Select(fixture => fixture.File)];

    public static TheoryData<string, int> AcceptedFiles
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var file in Accepted.GroupBy(fixture => fixture.File))
            {
                data.Add(file.Key, file.Count());
            }
            return data;
        }
    }

    /// <summary>Also what a reader of the repository will try first.</summary>
    private static Fixture[] Accepted { get; } =
    [
        .. Fixture.Accepted,
        .. Fixture.Of("config/samples/weather.yaml", Repository.Read("config", "samples", "weather.yaml")),
        .. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "examples")).Select(folder => Path.Combine(folder, "tool.yaml")).Where(File.Exists)
            .SelectMany(file => Fixture.Of($"examples/{Path.GetFileName(Path.GetDirectoryName(file))}", File.ReadAllText(file))).Where(fixture => fixture.Kind != "WasmTool"),
        .. Fixture.Of("README.md", InReadme()),
    ];

    /// <summary>So no rule slips in without an object that shows what it refuses.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Every_rule_has_an_object_that_it_refuses(string file)
    {
        var kind = ((ScalarNode)((MappingNode)((MappingNode)Schema.Document(file).Find("spec")!).Find("names")!).Find("kind")!).Value;
        var rules = Schema.Of(file).All()
            .SelectMany(schema => ((schema.Node.Find("x-kubernetes-validations") as SequenceNode)?.Items ?? []).Select(rule => (Path: schema.Path.Length == 0 ? "<nil>" : schema.Path, Message: ((ScalarNode)((MappingNode)rule).Find("message")!).Value)))
            .ToHashSet();
        var shown = Fixture.Refused.Where(fixture => fixture.Kind == kind).Select(fixture => (Path: Index().Replace(fixture.Path, "[]"), fixture.Message)).ToHashSet();
        Assert.NotEmpty(rules);
        Assert.Empty(rules.Except(shown));
        Assert.Empty(shown.Except(rules));
    }

    /// <summary>So every keyword of the schema is met by the test of keywords.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Every_field_is_in_an_object_that_is_accepted(string file)
    {
        var fields = Schema.Of(file).All().Where(schema => schema.Path.StartsWith("spec.", StringComparison.Ordinal)).Select(schema => schema.Path).ToHashSet();
        var spec = SpecOf(file);
        var met = AcceptedOf(file).SelectMany(fixture => Mutant.Of(spec, fixture.Json)).Where(mutant => mutant.Keyword == "type").Select(mutant => Index().Replace(mutant.Field, "[]")).ToHashSet();
        Assert.Empty(fields.Where(field => !met.Any(path => Regex.IsMatch(path, $"^{Regex.Escape(field).Replace(@"\{}", @"\.[^.]+(\.dev/[a-z]+|\.io/[a-z]+|\.example/[a-z]+)?", StringComparison.Ordinal)}$"))));
    }

    [CrdServerTheory]
    [MemberData(nameof(RefusedFiles))]
    public async Task The_server_refuses_with_the_message(string file)
    {
        var fixture = Fixture.Refused.Single(one => one.File == file);
        var causes = await CausesAsync(fixture.Resource, KubeObject.From(fixture.Json));
        var cause = Assert.Single(causes);
        Assert.Equal(fixture.Path, cause.Field);
        Assert.EndsWith(fixture.Message, cause.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(RefusedFiles))]
    public void The_reader_refuses_with_its_message(string file)
    {
        var fixture = Fixture.Refused.Single(one => one.File == file);
        Assert.Equal(fixture.Reader, string.Join(" | ", Fixture.ReadBy(fixture.Json.ToJsonString())));
    }

    [CrdServerTheory]
    [MemberData(nameof(AcceptedFiles))]
    public async Task The_server_accepts(string file, int objects)
    {
        var fixtures = Accepted.Where(fixture => fixture.File == file).ToArray();
        Assert.Equal(objects, fixtures.Length);
        foreach (var fixture in fixtures)
        {
            var created = await server.Client.CreateAsync(fixture.Resource, KubeObject.From(fixture.Json), "tests", CancellationToken.None);
            Assert.True(await server.Client.DeleteAsync(fixture.Resource, created.Key, new DeleteOptions(), CancellationToken.None));
        }
    }

    [Theory]
    [MemberData(nameof(AcceptedFiles))]
    public void The_reader_accepts(string file, int objects)
    {
        var fixtures = Accepted.Where(fixture => fixture.File == file).ToArray();
        Assert.Equal(objects, fixtures.Length);
        Assert.Empty(fixtures.SelectMany(fixture => Fixture.ReadBy(fixture.Json.ToJsonString())));
    }

    [CrdServerTheory]
    [MemberData(nameof(Files))]
    public async Task The_server_refuses_what_any_keyword_of_the_schema_forbids(string file)
    {
        var (spec, accepted) = (SpecOf(file), AcceptedOf(file));
        var wrong = new List<string>();
        var tried = 0;
        foreach (var fixture in accepted)
        {
            foreach (var mutant in Mutant.Of(spec, fixture.Json))
            {
                tried++;
                var causes = await CausesAsync(fixture.Resource, KubeObject.From(mutant.Object));
                if (!causes.Any(cause => Fits(mutant, cause)))
                {
                    wrong.Add($"{mutant.Keyword} of {mutant.Field}: {string.Join("; ", causes.Select(cause => $"{cause.Field}: {cause.Message}"))}");
                }
            }
        }
        Assert.True(tried > 60, $"only {tried} were tried");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_reader_refuses_what_any_keyword_of_the_schema_forbids(string file)
    {
        var spec = SpecOf(file);
        var mutants = AcceptedOf(file).SelectMany(fixture => Mutant.Of(spec, fixture.Json)).ToArray();
        Assert.True(mutants.Length > 60);
        var wrong = mutants.Where(mutant => Fixture.ReadBy(mutant.Object.ToJsonString()).Length == 0).Select(mutant => $"{mutant.Keyword} of {mutant.Field}").Except(OnlyTheSchema).ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    private async Task<IReadOnlyList<ApiCause>> CausesAsync(Resource resource, KubeObject @object)
    {
        try
        {
            await server.Client.CreateAsync(resource, @object, "tests", CancellationToken.None);
            await server.Client.DeleteAsync(resource, @object.Key, new DeleteOptions(), CancellationToken.None);
            return [];
        }
        catch (InvalidException invalid)
        {
            return invalid.Causes;
        }
    }

    private static bool Fits(Mutant mutant, ApiCause cause) => cause.Field == mutant.Field && cause.Message.Contains(mutant.Keyword switch
    {
        "type" => "must be of type",
        "required" => "Required value",
        "minLength" => "should be at least",
        "maxLength" => "Too long",
        "pattern" => "should match",
        "enum" => "Unsupported value",
        "minimum" => "greater than or equal to",
        "maximum" => "less than or equal to",
        "minItems" => "should have at least",
        "maxItems" => "Too many",
        "maxProperties" => "Too many",
        var other => throw new InvalidOperationException(other),
    }, StringComparison.Ordinal);

    private static Schema SpecOf(string file) => Schema.Of(file).Properties.Single(property => property.Name == "spec").Schema;

    private static Fixture[] AcceptedOf(string file) => [.. Fixture.Accepted.Where(fixture => $"{fixture.Resource.Plural}" == file)];

    /// <summary>The objects in the indented blocks of README.md.</summary>
    private static string InReadme()
    {
        var lines = Repository.Read("README.md").Split('\n').SkipWhile(line => !line.StartsWith("    apiVersion: tapedeck.dev", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal));
        return string.Join('\n', lines.Select(line => line[4..]));
    }

    [GeneratedRegex(@"\[[0-9]+\]")]
    private static partial Regex Index();
}
