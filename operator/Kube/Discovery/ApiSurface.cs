using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Discovery;

/// <summary>The resources that a server serves at one moment.</summary>
public sealed class ApiSurface
{
    private readonly HashSet<(string ApiVersion, string Plural)> _resources;
    private readonly HashSet<string> _silent;

    internal ApiSurface(IEnumerable<(string ApiVersion, string Plural)> resources, IEnumerable<string> silentApiVersions)
    {
        _resources = [.. resources];
        _silent = [.. silentApiVersions];
    }

    public Presence Of(Resource resource) =>
        _resources.Contains((resource.ApiVersion, resource.Plural)) ? Presence.Served
        : _silent.Contains(resource.ApiVersion) ? Presence.Unknown
        : Presence.Absent;
}
