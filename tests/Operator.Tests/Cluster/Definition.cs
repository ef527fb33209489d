using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Discovery;
using Tapedeck.Kube.Objects;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>A custom resource of others, of Cluster/Definitions, in a server for as long as it is not disposed of.</summary>
internal sealed class Definition(KubeClient client, Resource resource) : IAsyncDisposable
{
    private readonly ObjectKey _key = ObjectKey.Cluster($"{resource.Plural}.{resource.Group}");

    internal static async Task<Definition> InstallAsync(ApiServer server, Resource resource)
    {
        var definition = new Definition(server.Client, resource);
        var problems = new ProblemList(resource.Plural);
        var documents = Documents.Read(Repository.Read("tests", "Operator.Tests", "Cluster", "Definitions", $"{resource.Plural}.yaml"), problems);
        Assert.Empty(problems.All);
        var document = Assert.Single(documents);
        await server.Client.CreateAsync(ApiServer.Definitions, KubeObject.From(JsonNode.Parse(JsonText.Write(document))!.AsObject()), "tests", default);
        await Eventually.Is($"{resource} is served", async () => (await server.Client.DiscoverAsync(default)).Of(resource) == Presence.Served);
        return definition;
    }

    /// <summary>With all objects of it.</summary>
    internal async Task RemoveAsync()
    {
        await client.DeleteAsync(ApiServer.Definitions, _key, new DeleteOptions(), default);
        await Eventually.Is($"{resource} is gone", async () =>
            await client.GetAsync(ApiServer.Definitions, _key, default) is null && (await client.DiscoverAsync(default)).Of(resource) == Presence.Absent);
    }

    public async ValueTask DisposeAsync() => await RemoveAsync();
}
