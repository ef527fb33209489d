using System.Collections.Immutable;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Manifest.Specs;

/// <summary>What a pod asks of its node. The memory limit follows from the limits of calls and is not stated here.</summary>
/// <param name="CpuRequest">A quantity of Kubernetes, such as <c>100m</c>; null is the operator's default.</param>
/// <param name="MemoryRequest">Null is the operator's default.</param>
/// <param name="CpuLimit">Null is no limit.</param>
public sealed record ResourcesSpec(string? CpuRequest, string? MemoryRequest, string? CpuLimit)
{
    public static ResourcesSpec None { get; } = new(null, null, null);
}

/// <summary>Where pods may run. What only Kubernetes reads is kept as it is written.</summary>
public sealed record PlacementSpec
{
    public static PlacementSpec Anywhere { get; } = new();

    public ImmutableSortedDictionary<string, string> NodeSelector { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public ImmutableArray<Node> Tolerations { get; init; } = [];

    public Node? Affinity { get; init; }

    public ImmutableArray<Node> TopologySpreadConstraints { get; init; } = [];

    public string? PriorityClassName { get; init; }

    public string? RuntimeClassName { get; init; }
}

/// <summary>The MCP endpoint.</summary>
public sealed record EndpointSpec
{
    public static EndpointSpec Plain { get; } = new();

    /// <summary>Names that clients may use besides those of the Service.</summary>
    public ImmutableArray<string> Hostnames { get; init; } = [];

    /// <summary>The Secret with <c>tls.crt</c> and <c>tls.key</c>; null is plain HTTP.</summary>
    public string? TlsSecret { get; init; }

    /// <summary>The Secret key with the token that clients send; null asks for none.</summary>
    public SecretKey? BearerToken { get; init; }

    /// <summary>The peers of a NetworkPolicy that may call; empty lets nobody in.</summary>
    public ImmutableArray<Node> IngressFrom { get; init; } = [];
}

public sealed record SecretKey(string Name, string Key);

public sealed record ServiceSpec(ServiceType Type, int Port, ImmutableSortedDictionary<string, string> Annotations)
{
    public const int DefaultPort = 80;

    public static ServiceSpec ClusterIP { get; } =
        new(ServiceType.ClusterIP, DefaultPort, ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));
}

public enum ServiceType
{
    ClusterIP,
    NodePort,
    LoadBalancer,
}

/// <summary>A route of Gateway API. <see href="https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec"/></summary>
public sealed record HttpRouteSpec(ImmutableArray<Node> ParentRefs, ImmutableArray<string> Hostnames);
