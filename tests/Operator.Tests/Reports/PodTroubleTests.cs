using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Reports;
using Xunit;

namespace Tapedeck.Operator.Tests.Reports;

/// <summary>Statuses as scheduler and kubelet write them.</summary>
public sealed class PodTroubleTests
{
    [Theory]
    [InlineData("no node", """{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available: 3 Insufficient memory."}]}""", "pod p: Unschedulable: 0/3 nodes are available: 3 Insufficient memory.")]
    [InlineData("no image", """{"phase":"Pending","containerStatuses":[{"name":"runtime","image":"x:1","state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image \"x:1\""}}}]}""", "pod p: the image x:1 cannot be pulled; the events of the pod say why")]
    [InlineData("no image, at a try", """{"phase":"Pending","containerStatuses":[{"name":"runtime","image":"x:1","state":{"waiting":{"reason":"ErrImagePull","message":"rpc error: code = NotFound desc = failed to pull, id 7f2a"}}}]}""", "pod p: the image x:1 cannot be pulled; the events of the pod say why")]
    [InlineData("no image for other reasons", """{"phase":"Pending","containerStatuses":[{"name":"runtime","image":"x:1","state":{"waiting":{"reason":"InvalidImageName","message":"couldn't parse image name \"x:1\""}}}]}""", "pod p: InvalidImageName: couldn't parse image name \"x:1\"")]
    [InlineData("no memory", """{"phase":"Running","containerStatuses":[{"name":"runtime","state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 40s restarting"}},"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137}}}]}""", "pod p: the container ended: OOMKilled, exit code 137")]
    [InlineData("ended", """{"phase":"Running","containerStatuses":[{"name":"runtime","state":{"terminated":{"reason":"Error","exitCode":2}}}]}""", "pod p: the container ended: Error, exit code 2")]
    [InlineData("evicted", """{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: memory."}""", "pod p: Evicted: The node was low on resource: memory.")]
    [InlineData("about to start", """{"phase":"Pending","containerStatuses":[{"name":"runtime","state":{"waiting":{"reason":"ContainerCreating"}}}]}""", null)]
    [InlineData("starting", """{"phase":"Running","containerStatuses":[{"name":"runtime","state":{"running":{}}}]}""", null)]
    [InlineData("started again", """{"phase":"Running","containerStatuses":[{"name":"runtime","state":{"running":{}},"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137}}}]}""", "pod p: the container ended: OOMKilled, exit code 137")]
    [InlineData("new", "{}", null)]
    public void Why_a_pod_does_not_come_up(string name, string status, string? expected) =>
        Assert.Equal((name, expected), (name, PodTrouble.Of(Pod(JsonNode.Parse(status)!))));

    [Fact]
    public void What_others_say_is_cut()
    {
        var status = Json.Object(("phase", "Failed"), ("reason", "Evicted"), ("message", new string('m', 5_000)));
        Assert.Equal(512 + "pod p: ".Length, PodTrouble.Of(Pod(status))!.Length);
    }

    private static KubeObject Pod(JsonNode status) => KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Pod"), ("metadata", Json.Object(("name", "p"))), ("status", status)));
}
