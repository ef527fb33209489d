using System.Collections.Immutable;
using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Manifest.Reading;

/// <summary>Reads what is about pods and what stands before them.</summary>
internal static class PodReader
{
    private const int MostItems = 64;
    private const int MostCharactersOfAnnotation = 4096;

    internal static ResourcesSpec ReadResources(FieldReader fields)
    {
        var (cpuRequest, memoryRequest) = (default(string), default(string));
        if (fields.TakeMapping("requests") is { } requests)
        {
            cpuRequest = requests.TryTake<string>("cpu", Texts.ResourceQuantity, out var cpu) ? cpu : null;
            memoryRequest = requests.TryTake<string>("memory", Texts.ResourceQuantity, out var memory) ? memory : null;
            requests.Done();
        }
        string? cpuLimit = null;
        if (fields.TakeMapping("limits") is { } limits)
        {
            cpuLimit = limits.TryTake<string>("cpu", Texts.ResourceQuantity, out var cpu) ? cpu : null;
            limits.Refuse("memory", "the memory limit of a pod follows from spec.limits.memory and spec.limits.concurrentCalls");
            limits.Done();
        }
        fields.Done();
        return new ResourcesSpec(cpuRequest, memoryRequest, cpuLimit);
    }

    internal static PlacementSpec ReadPlacement(FieldReader fields)
    {
        var spec = new PlacementSpec
        {
            NodeSelector = LabelsReader.Read(fields, "nodeSelector"),
            Tolerations = Items(fields, "tolerations"),
            Affinity = fields.TakeMapping("affinity")?.Node,
            TopologySpreadConstraints = Items(fields, "topologySpreadConstraints"),
            PriorityClassName = fields.TryTake<string>("priorityClassName", ObjectNames.TryParseName, out var priority) ? priority : null,
            RuntimeClassName = fields.TryTake<string>("runtimeClassName", ObjectNames.TryParseName, out var runtime) ? runtime : null,
        };
        fields.Done();
        return spec;
    }

    internal static EndpointSpec ReadEndpoint(FieldReader fields)
    {
        var ingress = fields.TakeMapping("ingress");
        var spec = new EndpointSpec
        {
            Hostnames = fields.TakeList<string>("hostnames", Texts.Hostname, MostItems),
            TlsSecret = fields.TryTake<string>("tlsSecret", ObjectNames.TryParseName, out var tls) ? tls : null,
            BearerToken = fields.TakeMapping("bearerToken") is { } token ? ReadSecretKey(token) : null,
            IngressFrom = ingress is null ? [] : Items(ingress, "from"),
        };
        ingress?.Done();
        fields.Done();
        return spec;
    }

    internal static ServiceSpec ReadService(FieldReader fields)
    {
        var spec = new ServiceSpec(
            fields.TryTake<ServiceType>("type", Words.Exact, out var type) ? type : ServiceType.ClusterIP,
            fields.TryTake<int>("port", Texts.Port, out var port) ? port : ServiceSpec.DefaultPort,
            ReadAnnotations(fields));
        fields.Done();
        return spec;
    }

    internal static HttpRouteSpec ReadRoute(FieldReader fields)
    {
        fields.TakeRequired("parentRefs", "a list of Gateways");
        fields.IsEmptyList("parentRefs");
        var parents = Items(fields, "parentRefs");
        foreach (var (parent, index) in parents.OfType<MappingNode>().Select((parent, index) => (parent, index)))
        {
            IsGateway(parent, $"{fields.PathOf("parentRefs")}[{index}]", fields.Problems);
        }
        var spec = new HttpRouteSpec(parents, fields.TakeList<string>("hostnames", ObjectNames.TryParseName, MostItems));
        fields.Done();
        return spec;
    }

    /// <summary>A route that hangs on a Service is for a mesh, and takes what others send to that Service. <see href="https://gateway-api.sigs.k8s.io/mesh/"/></summary>
    private static void IsGateway(MappingNode parent, string field, ProblemList problems)
    {
        foreach (var (name, only) in new[] { ("group", "gateway.networking.k8s.io"), ("kind", "Gateway") })
        {
            if (parent.Find(name) is { } node && (node as ScalarNode)?.Value != only)
            {
                problems.Expected(node, $"{field}.{name}", only);
            }
        }
    }

    private static SecretKey ReadSecretKey(FieldReader fields)
    {
        fields.TakeRequired("name", "the name of a Secret");
        fields.TakeRequired("key", "the key in the Secret");
        fields.TryTake<string>("name", ObjectNames.TryParseName, out var name);
        fields.TryTake<string>("key", ObjectNames.TryParseDataKey, out var key);
        fields.Done();
        return new SecretKey(name ?? "", key ?? "");
    }

    private static ImmutableSortedDictionary<string, string> ReadAnnotations(FieldReader fields)
    {
        var annotations = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        fields.IsTooLong("annotations", MostItems);
        foreach (var (key, value) in (fields.TakeMapping("annotations")?.Node as MappingNode)?.Fields ?? [])
        {
            var path = $"{fields.PathOf("annotations")}.{key.Value}";
            if (FieldReader.TryParse<string>(key with { IsQuoted = true }, path, ObjectNames.TryParseLabelKey, out var name, fields.Problems)
                && FieldReader.Text(value, path, fields.Problems) is { } text)
            {
                annotations[name] = text;
                if (text.Length > MostCharactersOfAnnotation)
                {
                    fields.Problems.Add(value, path, $"expected at most {MostCharactersOfAnnotation} characters, but found {text.Length}");
                }
            }
        }
        return annotations.ToImmutable();
    }

    /// <summary>Items that only Kubernetes reads.</summary>
    private static ImmutableArray<Node> Items(FieldReader fields, string name)
    {
        var items = fields.TakeList(name).Select(item => item.Item).ToImmutableArray();
        if (items.Length > MostItems)
        {
            fields.Problems.Add(fields.Take(name)!, fields.PathOf(name), $"expected at most {MostItems} items, but found {items.Length}");
        }
        foreach (var (item, index) in items.Select((item, index) => (item, index)).Where(pair => pair.item is not MappingNode))
        {
            fields.Problems.Expected(item, $"{fields.PathOf(name)}[{index}]", "a mapping");
        }
        return items;
    }
}
