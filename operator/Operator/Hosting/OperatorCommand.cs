using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Microsoft.Extensions.Logging;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Config;
using Tapedeck.Oci.Signatures.Sigstore;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Hosting;

/// <summary>The command line of the operator: everything that the installer says.</summary>
internal static class OperatorCommand
{
    private static readonly Option<string> Image = new("--runtime-image") { Description = "The image of runtime pods.", Required = true };
    private static readonly Option<string?> PullPolicy = new Option<string?>("--runtime-pull-policy") { Description = "When nodes pull it: Always, IfNotPresent or Never." }.AcceptOnlyFromAmong("Always", "IfNotPresent", "Never");
    private static readonly Option<string[]> PullSecrets = new("--runtime-pull-secret") { Description = "A Secret to pull it with, in each namespace that has tools; may be given again." };
    private static readonly Option<string?> Watch = new("--watch-namespace") { Description = "Look after one namespace only. All by default." };
    private static readonly Option<bool> NoCeilings = new("--no-ceilings") { Description = "With --watch-namespace: ClusterCapabilityPolicies are not looked at, so that no right in the cluster is needed." };
    private static readonly Option<string?> KubeConfigFile = new("--kubeconfig") { Description = "A kubeconfig in JSON. By default the pod's own service account." };
    private static readonly Option<bool> LoadBalancer = new("--allow-load-balancer") { Description = "Tenants may ask for NodePort and LoadBalancer Services." };
    private static readonly Option<bool> Annotations = new("--allow-service-annotations") { Description = "Tenants may annotate their Services." };
    private static readonly Option<bool> Priority = new("--allow-priority-class") { Description = "Tenants may name a priority class." };
    private static readonly Option<bool> RuntimeClass = new("--allow-runtime-class") { Description = "Tenants may name a runtime class." };
    private static readonly Option<bool> PlainHttp = new("--allow-plain-http") { Description = "Tenants may pull from registries without TLS." };
    private static readonly Option<bool> HttpRoute = new("--allow-http-route") { Description = "Tenants may attach routes of Gateway API to Gateways, for host names of their choice." };
    private static readonly Option<string[]> Registries = new("--registry") { Description = "A registry, with a path or without, that components may come from; may be given again. All by default." };
    private static readonly Option<string[]> ClusterRanges = new("--cluster-range") { Description = "A block of the cluster's pods, services or nodes; may be given again." };
    private static readonly Option<string[]> ClosedRanges = new("--closed-range") { Description = "A block that no policy opens; may be given again." };
    private static readonly Option<string[]> RegistryRanges = new("--registry-range") { Description = "A block, not public, in which registries are; may be given again." };
    private static readonly Option<string[]> RegistryHosts = new("--registry-host") { Description = "With Cilium: a token server, or a host that registries send those who pull to, or *.DOMAIN; may be given again. None by default, so that pods pull from every public address." };
    private static readonly Option<string[]> TokenHosts = new("--token-host") { Description = "A host besides the registry's own whose token server may see its login, as REGISTRY=HOST; may be given again." };
    private static readonly Option<string[]> Mirrors = new("--mirror") { Description = "A host with copies of a registry's content, asked before it for what has a digest, as REGISTRY=HOST; may be given again." };
    private static readonly Option<bool> ContainerImages = new("--container-images") { Description = "Pods take container images that hold one .wasm file." };
    private static readonly Option<string?> Root = new("--trusted-root") { Description = "The trusted_root.json that identities are verified by where a tool names none, and under which policies and ceilings know them. Read at the start. None by default." };
    private static readonly Option<bool> AssignedUsers = new("--assigned-users") { Description = "The cluster gives pods users and groups of its own, as OpenShift does: none are asked for." };
    private static readonly Option<string[]> Dns = new("--dns-peer") { Description = "The cluster's DNS, as a peer of a NetworkPolicy in JSON; may be given again. kube-dns in kube-system by default." };
    private static readonly Option<int[]> DnsPorts = new("--dns-port") { Description = "On which it listens; may be given again.", DefaultValueFactory = _ => [53] };
    private static readonly Option<string?> OperatorPeer = new("--operator-peer") { Description = "The operator's pods, as a peer in JSON." };
    private static readonly Option<string?> Scraper = new("--scraper-peer") { Description = "Who scrapes metrics, as a peer in JSON." };
    private static readonly Option<string?> Collector = new("--telemetry-peer") { Description = "The collector of telemetry, as a peer in JSON." };
    private static readonly Option<string?> Endpoint = new("--telemetry-endpoint") { Description = "The URL of the collector to which pods send traces and metrics by OTLP. Where the operator sends its own is said by OTEL_EXPORTER_OTLP_ENDPOINT." };
    private static readonly Option<string> Protocol = new Option<string>("--telemetry-protocol") { Description = "How: grpc or http/protobuf.", DefaultValueFactory = _ => "grpc" }.AcceptOnlyFromAmong("grpc", "http/protobuf");
    private static readonly Option<string?> HttpsProxy = new("--https-proxy") { Description = "The proxy through which pods and the operator reach registries, a URL without a login." };
    private static readonly Option<string?> HttpProxy = new("--http-proxy") { Description = "The same for registries without TLS." };
    private static readonly Option<string[]> NoProxy = new("--no-proxy") { Description = "A host, .DOMAIN, address or block that is reached without a proxy; may be given again." };
    private static readonly Option<string?> ProxyPeer = new("--proxy-peer") { Description = "The proxies, as a peer in JSON, where they have no public address." };
    private static readonly Option<int> Workers = new("--workers") { Description = "Tools that are reconciled at once.", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> Slots = new("--registry-slots") { Description = "Registries that are asked at once.", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> Port = new("--health-port") { Description = "Where health is served.", DefaultValueFactory = _ => 8081 };

    /// <summary>The server sheds load by itself, and says when to come back; this bound is for a server that does not.</summary>
    internal static KubeClientOptions ClientOptions { get; } = new() { UserAgent = "tapedeck-operator", QueriesPerSecond = 1_000, Burst = 2_000 };

    internal static RootCommand Make()
    {
        var command = new RootCommand("Runs WebAssembly components as MCP tools on Kubernetes.")
        {
            Image, PullPolicy, PullSecrets, Watch, NoCeilings, KubeConfigFile, LoadBalancer, Annotations, Priority, RuntimeClass, PlainHttp, HttpRoute, Registries, ClusterRanges, ClosedRanges, RegistryRanges, RegistryHosts, TokenHosts, Mirrors, ContainerImages, Root, AssignedUsers, Dns, DnsPorts, OperatorPeer,
            Scraper, Collector, Endpoint, Protocol, HttpsProxy, HttpProxy, NoProxy, ProxyPeer, Workers, Slots, Port,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddFilter("Microsoft", LogLevel.Warning).AddJsonConsole(console => console.UseUtcTimestamp = true));
        try
        {
            var time = TimeProvider.System;
            var connection = arguments.GetValue(KubeConfigFile) is { } file
                ? KubeConfig.Load([file], _ => throw new KubeConfigException($"{file} is no JSON: kubectl config view --raw --flatten -o json writes it"), new(), time)
                : InCluster.Load(time);
            var settings = SettingsOf(arguments, connection.Namespace);
            using var client = new KubeClient(connection, ClientOptions, time);
            var host = new OperatorHost(client, settings, new HostOptions(arguments.GetValue(Workers), arguments.GetValue(Slots), arguments.GetValue(Port)), loggers, time);
            return await host.RunAsync(cancellationToken) ? 0 : 1;
        }
        catch (Exception exception) when (exception is KubeConfigException or FormatException)
        {
            await Console.Error.WriteLineAsync($"tapedeck-operator: {exception.Message}");
            return 2;
        }
    }

    private static Settings SettingsOf(ParseResult arguments, string @namespace)
    {
        return new Settings
        {
            RuntimeImage = arguments.GetValue(Image)!,
            RuntimePullPolicy = arguments.GetValue(PullPolicy),
            RuntimePullSecrets = Texts(arguments, PullSecrets),
            Namespace = @namespace,
            WatchedNamespace = arguments.GetValue(Watch) ?? "",
            HasCeilings = !arguments.GetValue(NoCeilings) || (string.IsNullOrEmpty(arguments.GetValue(Watch)) ? throw new FormatException("--no-ceilings goes with --watch-namespace only: who looks after all namespaces sees ceilings") : false),
            Tenants = new TenantRights(arguments.GetValue(LoadBalancer), arguments.GetValue(Annotations), arguments.GetValue(Priority), arguments.GetValue(RuntimeClass), arguments.GetValue(PlainHttp), arguments.GetValue(HttpRoute)),
            Registries = [.. Texts(arguments, Registries).Select(text => RepositoryPrefix.TryParse(text, out var prefix, out var expected) ? prefix : throw new FormatException($"{Registries.Name} {text}: expected {expected}"))],
            ClusterRanges = Ranges(arguments, ClusterRanges),
            ClosedRanges = Ranges(arguments, ClosedRanges),
            RegistryRanges = Ranges(arguments, RegistryRanges),
            RegistryHosts = [.. Texts(arguments, RegistryHosts).Select(text => HostPattern.TryParse(text, out var host, out var expected) ? host : throw new FormatException($"{RegistryHosts.Name} {text}: expected {expected}"))],
            AssignsUsers = arguments.GetValue(AssignedUsers),
            TokenHosts = HostsOf(arguments, TokenHosts, mayHavePort: false),
            Mirrors = HostsOf(arguments, Mirrors, mayHavePort: true),
            ContainerImages = arguments.GetValue(ContainerImages),
            TrustedRoot = RootOf(arguments.GetValue(Root)),
            TrustedRootObtainedAt = arguments.GetValue(Root) is { } file ? File.GetLastWriteTimeUtc(file) : default,
            Peers = PeersOf(arguments),
            Telemetry = UrlOf(arguments, Endpoint) is { } endpoint ? new Telemetry(endpoint, arguments.GetValue(Protocol)!) : null,
            Proxies = new Proxies(UrlOf(arguments, HttpsProxy), UrlOf(arguments, HttpProxy), Texts(arguments, NoProxy)),
        };
    }

    private static ImmutableArray<string> Texts(ParseResult arguments, Option<string[]> option) => [.. arguments.GetValue(option) ?? []];

    private static PodPeers PeersOf(ParseResult arguments)
    {
        var usual = new PodPeers();
        return new PodPeers
        {
            Dns = arguments.GetValue(Dns) is { Length: > 0 } given ? [.. given.Select(text => PeerOf(Dns, text))] : usual.Dns,
            DnsPorts = arguments.GetValue(DnsPorts) is { Length: > 0 } ports ? [.. ports] : usual.DnsPorts,
            Operator = PeerOf(arguments, OperatorPeer) ?? "",
            Scraper = PeerOf(arguments, Scraper) ?? "",
            Telemetry = PeerOf(arguments, Collector) ?? "",
            Proxy = PeerOf(arguments, ProxyPeer) ?? "",
        };
    }

    private static ImmutableArray<AddressRange> Ranges(ParseResult arguments, Option<string[]> option) =>
        [.. Texts(arguments, option).Select(text => AddressRange.TryParse(text, out var range, out var expected) ? range : throw new FormatException($"{option.Name} {text}: expected {expected}"))];

    private static ImmutableArray<RegistryHost> HostsOf(ParseResult arguments, Option<string[]> option, bool mayHavePort) =>
        [.. (arguments.GetValue(option) ?? []).Select(text => RegistryHost.Parse(text, mayHavePort)
            ?? throw new FormatException($"{option.Name} {text}: expected REGISTRY=HOST in lower case{(mayHavePort ? "" : ", the host without a port")}"))];

    /// <summary>It is handed on to pods, where others read it.</summary>
    private static Uri? UrlOf(ParseResult arguments, Option<string?> option) => arguments.GetValue(option) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 => url,
        _ => throw new FormatException($"{option.Name}: expected a URL of http or https without a login"),
    };

    private static string? RootOf(string? file)
    {
        if (file is null)
        {
            return null;
        }
        try
        {
            var json = File.ReadAllText(file);
            return TrustedRoot.Read(Encoding.UTF8.GetBytes(json), TimeProvider.System.GetUtcNow(), out var problem) is null ? throw new FormatException($"{Root.Name} {file}: {problem}") : json;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{Root.Name} {file} cannot be read: {error.Message}", error);
        }
    }

    private static string? PeerOf(ParseResult arguments, Option<string?> option) => arguments.GetValue(option) is { } text ? PeerOf(option, text) : null;

    private static string PeerOf(Option option, string text)
    {
        try
        {
            _ = PodPeers.Read(text);
            return text;
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new FormatException($"{option.Name}: expected a peer of a NetworkPolicy in JSON: {error.Message}", error);
        }
    }
}
