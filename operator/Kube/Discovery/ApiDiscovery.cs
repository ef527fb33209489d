using System.Text.Json;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Discovery;

/// <summary>Asks a server for its resources: in two requests where it knows aggregated discovery (Kubernetes 1.26 and later), else one for each
/// group and version. <see href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api"/></summary>
internal sealed class ApiDiscovery(Transport transport)
{
    private const int MostVersions = 1_000;

    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    private readonly List<(string ApiVersion, string Plural)> _resources = [];
    private readonly List<string> _silent = [];

    internal async Task<ApiSurface> ReadAsync(CancellationToken cancellationToken)
    {
        await RootAsync("/api", cancellationToken);
        await RootAsync("/apis", cancellationToken);
        return new(_resources, _silent);
    }

    private async Task RootAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await transport.JsonAsync(Request(path), cancellationToken);
        if (answer.RootElement.Text("kind") == "APIGroupDiscoveryList")
        {
            ReadAggregated(answer.RootElement);
            return;
        }
        foreach (var apiVersion in ApiVersions(answer.RootElement).Take(MostVersions))
        {
            await VersionAsync(path, apiVersion, cancellationToken);
        }
    }

    private void ReadAggregated(JsonElement list)
    {
        foreach (var group in list.Items("items"))
        {
            var name = group.Field("metadata").Text("name") ?? "";
            foreach (var version in group.Items("versions"))
            {
                var apiVersion = name.Length == 0 ? version.Text("version") ?? "" : $"{name}/{version.Text("version")}";
                if (version.Text("freshness") == "Stale")
                {
                    _silent.Add(apiVersion);
                }
                _resources.AddRange(version.Items("resources").Select(resource => (apiVersion, resource.Text("resource") ?? "")));
            }
        }
    }

    /// <summary>Of an APIVersions (the core group's) or an APIGroupList.</summary>
    private static IEnumerable<string> ApiVersions(JsonElement answer) =>
        answer.Texts("versions").Concat(answer.Items("groups").SelectMany(group => group.Items("versions")).Select(version => version.Text("groupVersion") ?? ""));

    private async Task VersionAsync(string root, string apiVersion, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await transport.JsonAsync(Request($"{root}/{apiVersion}"), cancellationToken);
            _resources.AddRange(answer.RootElement.Items("resources").Select(resource => (apiVersion, resource.Text("name") ?? "")));
        }
        catch (Exception error) when (error is UnavailableException or NotFoundException)
        {
            // An aggregated server that is down (503), or one whose group is listed and not there yet.
            _silent.Add(apiVersion);
        }
    }

    private static ApiRequest Request(string path) => new(HttpMethod.Get, path, $"get {path}") { Resource = "discovery", Accept = Aggregated };
}
