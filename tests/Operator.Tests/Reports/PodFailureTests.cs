using System.Text;
using System.Text.Json;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Reports;

public sealed class PodFailureTests
{
    [Fact]
    public void A_pod_that_serves_nothing_says_why_and_of_which_tool()
    {
        const string answer = """{"ready":false,"tools":[{"name":"tools/text","serving":false,"failure":{"reason":"InvalidComponent","message":"unexpected end-of-file","retryable":false}}]}""";
        const string pod = """{"volumes":[{"name":"tmp","emptyDir":{}},{"name":"tool","configMap":{"name":"text-tool-6870bcc138"}}]}""";
        Assert.Equal(
            new PodFailure("text-tool-6870bcc138", "InvalidComponent", "unexpected end-of-file", IsRetryable: false),
            PodFailure.Read(Encoding.UTF8.GetBytes(answer), "tools/text", JsonElement.Parse(pod)));
    }

    [Fact]
    public void What_a_pod_says_is_cut_to_what_a_status_takes()
    {
        var answer = $"{{\"tools\":[{{\"name\":\"a\",\"failure\":{{\"reason\":\"{new string('r', 100)}\",\"message\":\"{new string('m', 5000)}\",\"retryable\":true}}}}]}}";
        var failure = PodFailure.Read(Encoding.UTF8.GetBytes(answer), "a", null)!;
        Assert.Equal((64, 1024, true, ""), (failure.Reason.Length, failure.Message.Length, failure.IsRetryable, failure.ToolConfigMap));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"tools":[]}""")]
    [InlineData("""{"tools":[{"name":"a"}]}""")]
    [InlineData("""{"tools":[{"name":"a","failure":"x"}]}""")]
    [InlineData("""{"tools":[{"name":"b","failure":{"reason":"x"}}]}""")]
    public void What_tells_of_no_failure_is_none(string answer) => Assert.Null(PodFailure.Read(Encoding.UTF8.GetBytes(answer), "a", null));

    [Fact]
    public void The_template_of_a_deployment_names_what_its_pods_serve()
    {
        var children = Planning.Plan(Given.Observed(Given.Tool(Given.Plain), Given.Found), Given.Settings).Children;
        var deployment = children.Single(child => child.Resource == Kinds.Deployments).Object;
        var map = children.Single(child => child.Resource == Kinds.ConfigMaps && child.Object.Metadata.Name.Contains("-tool-", StringComparison.Ordinal)).Object;
        Assert.Equal(map.Metadata.Name, PodFailure.ToolConfigMapOf(deployment.Find("spec", "template", "spec")));
    }
}
