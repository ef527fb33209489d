using Tapedeck.Policy.Reading;
using Xunit;

namespace Tapedeck.Operator.Tests.Crds;

/// <summary>What was served once stays served: a field that goes, changes its type or comes to be required breaks objects that are there.
/// TAPEDECK_WRITE_GOLDEN=1 writes the list anew; what it takes out of it belongs into CHANGELOG.md.</summary>
public sealed class CompatibilityTests
{
    public static TheoryData<string> Files => [.. Schema.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_version_that_is_served_only_grows(string file)
    {
        var list = Path.Combine(Repository.Root, "tests", "Operator.Tests", "Crds", "Served", $"{file}.v1alpha1.txt");
        string[] now = [.. Schema.Of(file).All().Where(schema => schema.Path.Length > 0).Select(Describe).Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("TAPEDECK_WRITE_GOLDEN") == "1")
        {
            File.WriteAllLines(list, now);
        }
        Assert.Empty(File.ReadAllLines(list).Except(now));
    }

    private static string Describe(Schema schema)
    {
        var required = string.Join(' ', ((schema.Node.Find("required") as SequenceNode)?.Items ?? []).Select(item => ((ScalarNode)item).Value).Order(StringComparer.Ordinal));
        return $"{schema.Path}: {schema.Text("type") ?? "integer or string"}{(required.Length > 0 ? $", required {required}" : "")}";
    }
}
