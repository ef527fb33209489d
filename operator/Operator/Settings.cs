using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator;

/// <summary>What the installer says. A tenant who writes WasmTools has no say in it.</summary>
internal sealed record Settings
{
    /// <summary>The image of runtime pods.</summary>
    public required string RuntimeImage { get; init; }

    /// <summary>When nodes pull it: Always, IfNotPresent or Never; null is as Kubernetes has it for the tag.</summary>
    public string? RuntimePullPolicy { get; init; }

    /// <summary>Secrets to pull it with, which have to be in the namespaces of tools.</summary>
    public ImmutableArray<string> RuntimePullSecrets { get; init; } = [];

    /// <summary>Where the operator runs.</summary>
    public required string Namespace { get; init; }

    /// <summary>The one namespace that is looked after; empty for all.</summary>
    public string WatchedNamespace { get; init; } = "";

    /// <summary>ClusterCapabilityPolicies are looked at. Only one namespace can be looked after without: what has no rights in the cluster cannot see them.</summary>
    public bool HasCeilings { get; init; } = true;

    /// <summary>The cluster gives pods users and groups of its own, and takes none that ask for others.</summary>
    public bool AssignsUsers { get; init; }

    public TenantRights Tenants { get; init; } = TenantRights.None;

    /// <summary>The cluster's pods, services and nodes.</summary>
    public ImmutableArray<AddressRange> ClusterRanges { get; init; } = [];

    /// <summary>What nothing opens, besides what never is.</summary>
    public ImmutableArray<AddressRange> ClosedRanges { get; init; } = [];

    /// <summary>Where registries are that have no public addresses: blocks that pods and the operator may pull from.</summary>
    public ImmutableArray<AddressRange> RegistryRanges { get; init; } = [];

    /// <summary>Where components may come from. Empty: from every registry that may be reached.</summary>
    public ImmutableArray<RepositoryPrefix> Registries { get; init; } = [];

    /// <summary>Token servers, and where registries send those who pull, for a wall that knows names. Empty: not known, so that every public address is open for it.</summary>
    public ImmutableArray<HostPattern> RegistryHosts { get; init; } = [];

    /// <summary>Hosts whose token servers may see the login of a registry, besides its own.</summary>
    public ImmutableArray<RegistryHost> TokenHosts { get; init; } = [];

    /// <summary>Hosts with copies of a registry's content, asked before it for what has a digest.</summary>
    public ImmutableArray<RegistryHost> Mirrors { get; init; } = [];

    /// <summary>Pods take container images that hold one component.</summary>
    public bool ContainerImages { get; init; }

    /// <summary>
    /// The trusted root, in JSON, that identities are verified by where a tool names none of its own; null for none. Only of what is signed under it do policies
    /// and ceilings that name identities know who signed.
    /// </summary>
    public string? TrustedRoot
    {
        get;
        init => (field, TrustedRootHash) = (value, value is null ? null : Names.FullHash(value));
    }

    internal string? TrustedRootHash { get; private init; }

    /// <summary>As old as its file, and in a pod no older than the mount: the time of its ConfigMap is not known there.</summary>
    public DateTimeOffset TrustedRootObtainedAt { get; init; }

    public PodPeers Peers { get; init; } = new();

    /// <summary>Where pods send traces and metrics; null for nowhere.</summary>
    public Telemetry? Telemetry { get; init; }

    /// <summary>Through which pods and the operator reach registries. None: pods directly, the operator as its own environment says.</summary>
    public Proxies Proxies { get; init; } = Proxies.None;

    /// <summary>The most memory that a pod may be allowed. Default 16 GiB.</summary>
    public long MostPodMemory { get; init; } = 16L << 30;

    /// <summary>Of the folder of pulled components and compiled code in each pod. Default 1 GiB.</summary>
    public long CacheBytes { get; init; } = 1L << 30;

    public AddressPlan Addresses => new(ClusterRanges, [], ClosedRanges);
}

/// <summary>What tenants may ask of the operator's own rights. All of it is off unless the installer says so.</summary>
internal sealed record TenantRights(bool LoadBalancer, bool Annotations, bool PriorityClass, bool RuntimeClass, bool PlainHttp, bool HttpRoute)
{
    internal static TenantRights None { get; } = new(false, false, false, false, false, false);
}

/// <summary>Whom pods talk to besides what policies grant; peers as a NetworkPolicy has them.</summary>
internal sealed record PodPeers
{
    /// <summary>The cluster's DNS, of which there may be several, such as one on each node beside the central one. Default: kube-dns in kube-system.</summary>
    public ImmutableArray<string> Dns { get; init; } = [Peer("kube-system", "k8s-app", "kube-dns")];

    /// <summary>On which they listen. Behind a Service that is another one than the Service's, and walls are before it or behind it.</summary>
    public ImmutableArray<int> DnsPorts { get; init; } = [53];

    /// <summary>The operator's pods, which ask pods for their status. Empty: none, where the operator runs outside.</summary>
    public string Operator { get; init; } = "";

    /// <summary>Who scrapes metrics. Empty: nobody.</summary>
    public string Scraper { get; init; } = "";

    /// <summary>The collector of telemetry. Empty: none.</summary>
    public string Telemetry { get; init; } = "";

    /// <summary>The proxies. Empty: somewhere public, or none.</summary>
    public string Proxy { get; init; } = "";

    /// <summary>Pods with a label in a namespace.</summary>
    internal static string Peer(string @namespace, string label, string value) => Json.Object(
        ("namespaceSelector", Json.Object(("matchLabels", Json.Object(("kubernetes.io/metadata.name", @namespace))))),
        ("podSelector", Json.Object(("matchLabels", Json.Object((label, value)))))).ToJsonString();

    internal IEnumerable<JsonNode> ReadDns() => Dns.Select(Read).OfType<JsonNode>();

    internal static JsonNode? Read(string peer) => peer.Length == 0 ? null : JsonNode.Parse(peer);
}
