using Microsoft.AspNetCore.Http;
using Tapedeck.Kube.Discovery;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Discovery;

public sealed class ApiDiscoveryTests : IAsyncLifetime
{
    private static readonly Resource Pods = new("", "v1", "pods", "Pod");
    private static readonly Resource Routes = new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute");
    private static readonly Resource Metrics = new("metrics.k8s.io", "v1beta1", "pods", "PodMetrics");

    private FakeApiServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_server_with_aggregated_discovery_is_asked_twice()
    {
        Answer("/api", """
            {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": [
              {"metadata": {}, "versions": [{"version": "v1", "freshness": "Current", "resources": [{"resource": "pods", "scope": "Namespaced"}]}]}]}
            """);
        Answer("/apis", """
            {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": [
              {"metadata": {"name": "gateway.networking.k8s.io"}, "versions": [{"version": "v1", "freshness": "Current", "resources": [{"resource": "httproutes"}]}]},
              {"metadata": {"name": "metrics.k8s.io"}, "versions": [{"version": "v1beta1", "freshness": "Stale", "resources": []}]}]}
            """);
        var surface = await DiscoverAsync();
        Assert.Equal(2, _server.Requests.Length);
        Assert.Equal((Presence.Served, Presence.Served, Presence.Unknown), (surface.Of(Pods), surface.Of(Routes), surface.Of(Metrics)));
        Assert.Equal(Presence.Absent, surface.Of(Routes with { Version = "v1beta1" }));
        Assert.Equal(Presence.Absent, surface.Of(Routes with { Plural = "grpcroutes" }));
    }

    [Fact]
    public async Task An_older_server_is_asked_for_each_version_and_a_silent_one_proves_nothing()
    {
        Answer("/api", """{"kind": "APIVersions", "versions": ["v1"]}""");
        Answer("/api/v1", """{"kind": "APIResourceList", "groupVersion": "v1", "resources": [{"name": "pods"}, {"name": "pods/status"}]}""");
        Answer("/apis", """
            {"kind": "APIGroupList", "groups": [
              {"name": "apps", "versions": [{"groupVersion": "apps/v1", "version": "v1"}]},
              {"name": "metrics.k8s.io", "versions": [{"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}]}]}
            """);
        Answer("/apis/apps/v1", """{"kind": "APIResourceList", "groupVersion": "apps/v1", "resources": [{"name": "deployments"}]}""");
        _server.Always(request => request.Path == "/apis/metrics.k8s.io/v1beta1", FakeApiServer.Text(503, "service unavailable"));
        var surface = await DiscoverAsync();
        Assert.Equal((Presence.Served, Presence.Absent, Presence.Unknown), (surface.Of(Pods), surface.Of(Routes), surface.Of(Metrics)));
        Assert.Equal(Presence.Served, surface.Of(new("apps", "v1", "deployments", "Deployment")));
    }

    private void Answer(string path, string json) => _server.Always(request => request.Path == path, context =>
    {
        Assert.StartsWith("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,", context.Request.Headers.Accept.ToString(), StringComparison.Ordinal);
        return context.Response.WriteAsync(json);
    });

    private async Task<ApiSurface> DiscoverAsync()
    {
        using var client = _server.Client();
        return await client.DiscoverAsync(CancellationToken.None);
    }
}
