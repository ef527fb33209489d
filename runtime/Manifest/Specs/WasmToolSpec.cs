using Tapedeck.Policy.Limits;

namespace Tapedeck.Manifest.Specs;

/// <summary>The spec of a WasmTool: which component is served, as what tools, and how its pods are to be.</summary>
public sealed record WasmToolSpec
{
    public required ComponentSource Component { get; init; }

    /// <summary>Whose signature the component has to carry; null asks for none.</summary>
    public VerifySpec? Verify { get; init; }

    public ToolsSpec Tools { get; init; } = ToolsSpec.All;

    /// <summary>What the tool asks for itself; policies may be stricter.</summary>
    public StatedLimits Limits { get; init; } = StatedLimits.None;

    /// <summary>Null leaves the number to an autoscaler.</summary>
    public int? Replicas { get; init; }

    public ResourcesSpec Resources { get; init; } = ResourcesSpec.None;

    public PlacementSpec Placement { get; init; } = PlacementSpec.Anywhere;

    public EndpointSpec Endpoint { get; init; } = EndpointSpec.Plain;

    public ServiceSpec Service { get; init; } = ServiceSpec.ClusterIP;

    /// <summary>A route of a Gateway; null asks for none.</summary>
    public HttpRouteSpec? HttpRoute { get; init; }
}
