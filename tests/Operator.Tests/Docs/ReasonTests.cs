using System.Reflection;
using System.Text.RegularExpressions;
using Tapedeck.Oci;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Docs;

public sealed partial class ReasonTests
{
    /// <summary>Of policies, where it stands beside the code that says it.</summary>
    private static readonly string[] OfPolicies = ["Accepted"];

    [Fact]
    public void Every_reason_is_documented_with_what_to_do_and_no_other()
    {
        var rows = Row().Matches(Repository.Read("docs", "conditions.md"));
        var known = typeof(Reasons).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Select(field => (string)field.GetRawConstantValue()!)
            .Concat(Enum.GetNames<OciErrorKind>()).Concat(OfPolicies);
        Assert.Equal(known.Distinct().Order(StringComparer.Ordinal), rows.Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.True(row.Groups[2].Value.Length > 4, row.Value));
    }

    [Fact]
    public void A_reason_is_a_word_that_a_condition_may_have() =>
        Assert.All(Row().Matches(Repository.Read("docs", "conditions.md")), row => Assert.Matches("^[A-Z][A-Za-z]+$", row.Groups[1].Value));

    [GeneratedRegex(@"^\| `(\w+)` \|[^|]+\|[^|]+\| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
