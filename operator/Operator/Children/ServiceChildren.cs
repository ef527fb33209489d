using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;

namespace Tapedeck.Operator.Children;

/// <summary>What stands before the pods, and what they are called.</summary>
internal static class ServiceChildren
{
    internal const string McpPortName = "mcp";

    /// <summary>Pods run under a name of their own that may do nothing, and have no token of it.</summary>
    internal static Child ServiceAccount(ChildMaker maker) =>
        maker.Make(Kinds.ServiceAccounts, maker.Tool.Name, [("automountServiceAccountToken", false)]);

    internal static Child Service(ChildMaker maker)
    {
        var service = maker.Tool.Spec.Service;
        return maker.Make(
            Kinds.Services,
            maker.Tool.Name,
            [("spec", Json.Object(
                ("type", service.Type.ToString()),
                ("selector", maker.Selector()),
                ("ports", Json.Array(Json.Object(
                    ("name", McpPortName), ("protocol", "TCP"), ("port", service.Port), ("targetPort", PodPaths.McpPort), ("appProtocol", maker.Tool.Spec.Endpoint.TlsSecret is null ? "http" : "https"))))))],
            service.Annotations);
    }

    /// <summary>One pod at least stays while nodes are emptied; for a single pod that would keep its node for ever.</summary>
    internal static Child? DisruptionBudget(ChildMaker maker, Resource? resource) => resource is null || maker.Tool.Spec.Replicas is null or < 2
        ? null
        : maker.Make(resource, maker.Tool.Name,
            [("spec", Json.Object(("maxUnavailable", 1), ("selector", Json.Object(("matchLabels", maker.Selector())))))]);

    internal static Child? HttpRoute(ChildMaker maker, bool isServed)
    {
        if (!isServed || maker.Tool.Spec.HttpRoute is not { } route)
        {
            return null;
        }
        return maker.Make(Kinds.HttpRoutes, maker.Tool.Name,
            [("spec", Json.Object(
                ("parentRefs", Json.Array(route.ParentRefs.Select(Json.Of))),
                ("hostnames", Json.Texts(route.Hostnames).OrNull()),
                ("rules", Json.Array(Json.Object(
                    ("backendRefs", Json.Array(Json.Object(("name", maker.Tool.Name), ("port", maker.Tool.Spec.Service.Port)))))))))]);
    }

    /// <summary>The names by which clients inside of the cluster reach the Service; what others may use is in the spec.</summary>
    internal static IEnumerable<string> Hosts(WasmTool tool) =>
        new[] { tool.Name, $"{tool.Name}.{tool.Namespace}", $"{tool.Name}.{tool.Namespace}.svc", $"{tool.Name}.{tool.Namespace}.svc.cluster.local" }
            .Concat(tool.Spec.Endpoint.Hostnames)
            .Concat(tool.Spec.HttpRoute?.Hostnames ?? [])
            .Distinct(StringComparer.Ordinal);

    internal static string Url(WasmTool tool)
    {
        var (scheme, usual) = tool.Spec.Endpoint.TlsSecret is null ? ("http", 80) : ("https", 443);
        var port = tool.Spec.Service.Port == usual ? "" : $":{tool.Spec.Service.Port}";
        return $"{scheme}://{tool.Name}.{tool.Namespace}.svc{port}/mcp";
    }
}
