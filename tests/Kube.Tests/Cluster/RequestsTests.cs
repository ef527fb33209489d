using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Discovery;
using Tapedeck.Kube.Objects;
using Xunit;

namespace Tapedeck.Kube.Tests.Cluster;

[Collection(RealServerCollection.Name)]
public sealed class RequestsTests(RealServer server)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Resource Definitions = new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false);

    [RealServerFact]
    public async Task Objects_are_created_replaced_and_deleted_under_conditions()
    {
        var space = await server.NamespaceAsync();
        var created = await server.Admin.CreateAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "1"), "tests", None);
        await Assert.ThrowsAsync<AlreadyExistsException>(() => server.Admin.CreateAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "1"), "tests", None));
        var json = JsonObject.Create(created.Json)!;
        json["data"]!["value"] = "2";
        await server.Admin.ReplaceAsync(RealServer.ConfigMaps, KubeObject.From(json), "tests", None);
        await Assert.ThrowsAsync<ConflictException>(() => server.Admin.ReplaceAsync(RealServer.ConfigMaps, KubeObject.From(json), "tests", None));
        await Assert.ThrowsAsync<ConflictException>(() => server.Admin.DeleteAsync(RealServer.ConfigMaps, created.Key, new() { Uid = "00000000-0000-0000-0000-000000000000" }, None));
        await Assert.ThrowsAsync<ConflictException>(() => server.Admin.DeleteAsync(RealServer.ConfigMaps, created.Key, new() { ResourceVersion = created.Metadata.ResourceVersion }, None));
        Assert.True(await server.Admin.DeleteAsync(RealServer.ConfigMaps, created.Key, new() { Uid = created.Metadata.Uid, Propagation = Propagation.Foreground }, None));
        Assert.False(await server.Admin.DeleteAsync(RealServer.ConfigMaps, new(space, "never"), new(), None));
        Assert.Null(await server.Admin.GetAsync(RealServer.ConfigMaps, new(space, "never"), None));
    }

    [RealServerFact]
    public async Task What_is_invalid_is_told_field_by_field()
    {
        var deployment = Deployment(await server.NamespaceAsync(), replicas: -1);
        var error = await Assert.ThrowsAsync<InvalidException>(() => server.Admin.ApplyAsync(RealServer.Deployments, deployment, new("tests"), None));
        Assert.Contains(error.Causes, cause => cause.Field == "spec.replicas");
    }

    [RealServerFact]
    public async Task An_apply_that_changes_nothing_writes_nothing_and_one_that_leaves_a_field_out_removes_it()
    {
        var space = await server.NamespaceAsync();
        var first = await server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "1", extra: "x"), new("tests"), None);
        var second = await server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "1", extra: "x"), new("tests"), None);
        Assert.Equal(first.Metadata.ResourceVersion, second.Metadata.ResourceVersion);
        var third = await server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "1"), new("tests"), None);
        Assert.NotEqual(first.Metadata.ResourceVersion, third.Metadata.ResourceVersion);
        Assert.Null(third.Find("data", "extra"));
        var dry = await server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "9"), new("tests") { DryRun = true }, None);
        Assert.Equal("9", dry.Find("data", "value")!.Value.GetString());
        Assert.Equal("1", (await server.Admin.GetAsync(RealServer.ConfigMaps, dry.Key, None))!.Find("data", "value")!.Value.GetString());
    }

    [RealServerFact]
    public async Task An_apply_that_is_to_create_creates_and_never_changes()
    {
        var space = await server.NamespaceAsync();
        var made = await server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "1"), new("tests") { Force = true, OnlyNew = true }, None);
        Assert.NotEmpty(made.Metadata.Uid);
        var error = await Assert.ThrowsAsync<ConflictException>(() => server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "2"), new("others") { Force = true, OnlyNew = true }, None));
        Assert.IsNotType<ApplyConflictException>(error);
        // Not even what is so already is taken.
        await Assert.ThrowsAsync<ConflictException>(() => server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "1"), new("others") { Force = true, OnlyNew = true }, None));
        var after = await server.Admin.GetAsync(RealServer.ConfigMaps, new(space, "a"), None);
        Assert.Equal(made.Metadata.ResourceVersion, after!.Metadata.ResourceVersion);
        // It is one of the manager's like any other: what is left out later goes.
        var less = await server.Admin.ApplyAsync(RealServer.ConfigMaps, KubeObject.From(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "a", ["namespace"] = space } }), new("tests") { Force = true }, None);
        Assert.Null(less.Find("data"));
    }

    /// <summary>Whose own way of being stored, before 1.23, knows no such condition.</summary>
    [RealServerFact]
    public async Task An_apply_that_is_to_create_a_Service_creates_one_too()
    {
        var space = await server.NamespaceAsync();
        var services = new Resource("", "v1", "services", "Service");
        KubeObject Service(string name, int port) => KubeObject.From(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Service",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space },
            ["spec"] = new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["port"] = port, ["protocol"] = "TCP" }) },
        });
        foreach (var name in new[] { "a", "b" })
        {
            var made = await server.Admin.ApplyAsync(services, Service(name, 1), new("tests") { Force = true, OnlyNew = true }, None);
            await Assert.ThrowsAsync<ConflictException>(() => server.Admin.ApplyAsync(services, Service(name, 2), new("others") { Force = true, OnlyNew = true }, None));
            Assert.Equal(made.Metadata.ResourceVersion, (await server.Admin.GetAsync(services, new(space, name), None))!.Metadata.ResourceVersion);
        }
    }

    [RealServerFact]
    public async Task An_apply_to_one_object_changes_no_other_of_its_name_and_makes_none()
    {
        var space = await server.NamespaceAsync();
        var first = await server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "1"), new("tests"), None);
        var changed = await server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "2"), new("tests") { Uid = first.Metadata.Uid }, None);
        Assert.Equal(first.Metadata.Uid, changed.Metadata.Uid);
        await server.Admin.DeleteAsync(RealServer.ConfigMaps, new(space, "a"), new(), None);
        await Assert.ThrowsAsync<ConflictException>(() => server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "3"), new("tests") { Uid = first.Metadata.Uid }, None));
        Assert.Null(await server.Admin.GetAsync(RealServer.ConfigMaps, new(space, "a"), None));
        var second = await server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "4"), new("others"), None);
        await Assert.ThrowsAsync<ConflictException>(() => server.Admin.ApplyAsync(RealServer.ConfigMaps, ConfigMap(space, "a", "5"), new("tests") { Force = true, Uid = first.Metadata.Uid }, None));
        Assert.Equal(second.Metadata.ResourceVersion, (await server.Admin.GetAsync(RealServer.ConfigMaps, new(space, "a"), None))!.Metadata.ResourceVersion);
    }

    [RealServerFact]
    public async Task A_conflict_of_an_apply_names_the_other_manager_and_force_wins()
    {
        var space = await server.NamespaceAsync();
        await server.Admin.ApplyAsync(RealServer.Deployments, Deployment(space, replicas: 1), new("first"), None);
        var error = await Assert.ThrowsAsync<ApplyConflictException>(() => server.Admin.ApplyAsync(RealServer.Deployments, Deployment(space, replicas: 2), new("second"), None));
        Assert.Equal([new FieldConflict("first", ".spec.replicas")], error.Conflicts);
        var forced = await server.Admin.ApplyAsync(RealServer.Deployments, Deployment(space, replicas: 2), new("second") { Force = true }, None);
        Assert.Equal(2, forced.Find("spec", "replicas")!.Value.GetInt32());
    }

    [RealServerFact]
    public async Task Status_and_scale_are_written_apart_from_the_object()
    {
        var space = await server.NamespaceAsync();
        var deployment = await server.Admin.ApplyAsync(RealServer.Deployments, Deployment(space, replicas: 1), new("tests"), None);
        var scale = await server.Admin.PatchAsync(
            RealServer.Deployments, deployment.Key, PatchKind.Merge, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 3 } }, "tests", Subresource.Scale, None);
        Assert.Equal("Scale", scale.Kind);
        var scaled = await server.Admin.GetAsync(RealServer.Deployments, deployment.Key, None);
        Assert.Equal((2, 3), (scaled!.Metadata.Generation, scaled.Find("spec", "replicas")!.Value.GetInt32()));
        var status = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["name"] = "d", ["namespace"] = space },
            ["status"] = new JsonObject { ["observedGeneration"] = 2, ["replicas"] = 3 },
        };
        var written = await server.Admin.PatchAsync(RealServer.Deployments, deployment.Key, PatchKind.Merge, status, "tests", Subresource.Status, None);
        Assert.Equal((2, 2), (written.Metadata.Generation, written.Find("status", "observedGeneration")!.Value.GetInt32()));
        var test = new JsonArray(new JsonObject { ["op"] = "test", ["path"] = "/spec/replicas", ["value"] = 99 });
        await Assert.ThrowsAsync<InvalidException>(() => server.Admin.PatchAsync(RealServer.Deployments, deployment.Key, PatchKind.Json, test, "tests", Subresource.None, None));
    }

    [RealServerFact]
    public async Task A_custom_resource_is_served_soon_after_its_definition_and_its_status_is_applied()
    {
        var group = $"g{Guid.NewGuid():n}.example"[..20] + ".example";
        var widgets = new Resource(group, "v1", "widgets", "Widget");
        Assert.Equal(Presence.Absent, (await server.Admin.DiscoverAsync(None)).Of(widgets));
        await Assert.ThrowsAsync<NotFoundException>(() => server.Admin.ListAsync(widgets, Selection.All, None));
        await server.Admin.ApplyAsync(Definitions, WidgetDefinition(group), new("tests"), None);
        using var patience = new CancellationTokenSource(Fakes.Eventually.Patience);
        while ((await server.Admin.DiscoverAsync(patience.Token)).Of(widgets) != Presence.Served)
        {
            await Task.Delay(50, patience.Token);
        }
        var space = await server.NamespaceAsync();
        var widget = new JsonObject { ["apiVersion"] = widgets.ApiVersion, ["kind"] = "Widget", ["metadata"] = new JsonObject { ["name"] = "w", ["namespace"] = space } };
        var applied = await server.Admin.ApplyAsync(widgets, KubeObject.From(widget), new("tests"), None);
        var status = widget.DeepClone().AsObject();
        status["status"] = new JsonObject { ["ready"] = true };
        var reported = await server.Admin.ApplyAsync(widgets, KubeObject.From(status), new("tests") { Subresource = Subresource.Status }, None);
        Assert.True(reported.Find("status", "ready")!.Value.GetBoolean());
        Assert.Equal(applied.Metadata.Generation, reported.Metadata.Generation);
        await server.Admin.DeleteAsync(Definitions, ObjectKey.Cluster($"widgets.{group}"), new(), None);
    }

    [RealServerFact]
    public async Task Discovery_tells_what_is_served()
    {
        var surface = await server.Admin.DiscoverAsync(None);
        Assert.Equal(Presence.Served, surface.Of(RealServer.ConfigMaps));
        Assert.Equal(Presence.Served, surface.Of(RealServer.Deployments));
        Assert.Equal(Presence.Served, surface.Of(Resource.Leases));
        Assert.Equal(Presence.Absent, surface.Of(new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute")));
        Assert.Equal(Presence.Absent, surface.Of(RealServer.Deployments with { Plural = "gizmos" }));
    }

    [RealServerFact]
    public async Task A_long_list_comes_in_chunks_and_as_metadata_alone()
    {
        var space = await server.NamespaceAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 620), None, async (index, token) =>
            await server.Admin.CreateAsync(RealServer.ConfigMaps, ConfigMap(space, $"a{index}", "1"), "tests", token));
        var whole = await server.Admin.ListAsync(RealServer.ConfigMaps, new() { Namespace = space, LabelSelector = "app=tests" }, None);
        var partial = await server.Admin.ListAsync(RealServer.ConfigMaps, new() { Namespace = space, LabelSelector = "app=tests", MetadataOnly = true }, None);
        Assert.Equal(620, whole.Items.Count);
        Assert.Equal(whole.Items.Select(item => item.Metadata.Uid).Order(), partial.Items.Select(item => item.Metadata.Uid).Order());
        Assert.All(whole.Items, item => Assert.NotNull(item.Find("data", "value")));
        Assert.All(partial.Items, item => Assert.Null(item.Find("data")));
    }

    internal static KubeObject ConfigMap(string space, string name, string value, string? extra = null)
    {
        var data = new JsonObject { ["value"] = value };
        if (extra is not null)
        {
            data["extra"] = extra;
        }
        return KubeObject.From(new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space, ["labels"] = new JsonObject { ["app"] = "tests" } },
            ["data"] = data,
        });
    }

    private static KubeObject Deployment(string space, int replicas) => KubeObject.From(JsonNode.Parse($$$"""
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "{{{space}}}"},
         "spec": {"replicas": {{{replicas}}}, "selector": {"matchLabels": {"app": "d"}},
                  "template": {"metadata": {"labels": {"app": "d"}}, "spec": {"containers": [{"name": "c", "image": "none.example/c:1"} ] } } } }
        """)!.AsObject());

    private static KubeObject WidgetDefinition(string group) => KubeObject.From(JsonNode.Parse($$$"""
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.{{{group}}}"},
         "spec": {"group": "{{{group}}}", "scope": "Namespaced", "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
                  "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
                                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true} } } ] } }
        """)!.AsObject());
}
