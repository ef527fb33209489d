using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using Tapedeck.Manifest;
using Tapedeck.Mcp;
using Tapedeck.Policy.Network;
using Tapedeck.Server.Loading;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck serve</c>: tools of files on a laptop, or the one tool of a pod.</summary>
internal static class ServeCommand
{
    private static readonly Option<bool> Manifest = new("--manifest") { Description = "Serve the one tool that the operator mounted into this pod." };
    private static readonly Option<string> Listen = new("--listen") { Description = "Where MCP is served.", DefaultValueFactory = _ => "127.0.0.1:3001" };
    private static readonly Option<string?> Operations = new("--operations") { Description = "Where health, status and metrics are served, as 127.0.0.1:9090. None by default." };
    private static readonly Option<string[]> Hosts = new("--allowed-host") { Description = "A host name that clients use; may be given again. Those of loopback by default." };
    private static readonly Option<string?> TokenFile = new("--bearer-token-file") { Description = "The file with the token that clients have to send." };
    private static readonly Option<string?> Tls = new("--tls") { Description = "A folder with tls.crt and tls.key." };
    private static readonly Option<bool> Fixture = new("--conformance-fixture") { Description = "Serve the tools of MCP's conformance suite.", Hidden = true };

    /// <summary>Until endpoints and what follows them, such as kube-proxy on each node, have heard that a pod is not ready any more.</summary>
    private static readonly TimeSpan PodLinger = TimeSpan.FromSeconds(5);

    internal static Command Make()
    {
        var command = new Command("serve", "Serve tools over MCP.")
        {
            ToolFiles.Files, Manifest, Listen, Operations, Hosts, TokenFile, Tls, Fixture, Shared.Volumes, Shared.Secrets, Shared.TrustedRoot, Shared.TrustPolicy, Shared.Cache, Shared.CacheLimit,
            Shared.CacheAge, Shared.Memory, Shared.LogFormat, Shared.AllowRollback, Shared.AuditArguments, Shared.AuditRedact,
        };
        RegistryArguments.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var isPod = arguments.GetValue(Manifest);
        var files = arguments.GetValue(ToolFiles.Files) ?? [];
        if (isPod == files.Length > 0 && !arguments.GetValue(Fixture))
        {
            return await Session.Fail("serve wants --file FILE_OR_FOLDER on a laptop, or --manifest in a pod, and one of the two alone", ExitCodes.Usage);
        }
        if (ToolFiles.Missing(files) is { } missing)
        {
            return await Session.Fail(missing, ExitCodes.Usage);
        }
        if (isPod && OfLaptops(arguments) is { } refused)
        {
            return await Session.Fail(refused, ExitCodes.Usage);
        }
        var listen = Endpoint(Listen, arguments)!;
        var operations = Endpoint(Operations, arguments);
        var hosts = HostsOf(arguments);
        using var loggers = Shared.Loggers(arguments, isServer: true);
        using var exporters = Exporters.Start(Environment.GetEnvironmentVariable);
        using var runtime = new Runtime(Shared.RuntimeOptionsOf(arguments, isPod), isPod ? new PodMounts() : Shared.MountsOf(arguments), loggers, TimeProvider.System);
        var options = new ServeOptions
        {
            Mcp = listen,
            Operations = operations,
            AllowedHosts = hosts,
            BearerTokenFile = arguments.GetValue(TokenFile),
            TlsFolder = arguments.GetValue(Tls),
            Sessions = !isPod,
            Page = !isPod && IPAddress.IsLoopback(listen.Address),
            Linger = isPod ? PodLinger : TimeSpan.Zero,
            ConformanceFixture = arguments.GetValue(Fixture),
        };
        var read = isPod ? new PodManifest(PodPaths.Tool, PodPaths.Policy, OwnAddresses()).ReadIfChanged : (Func<Desired?>)new ManifestFolder(files).ReadIfChanged;
        await new ServeHost(runtime, options, read, loggers).RunAsync(
            (mcp, ports) => Console.Out.Write(isPod ? $"{mcp}mcp\n" : Banner.Of(new Uri(mcp, "mcp"), ports, runtime.Deck, options)), cancellationToken);
        return ExitCodes.Success;
    }

    /// <summary>What to say of an option about trust that a pod would pass over, which its giver relies on; null where there is none.</summary>
    private static string? OfLaptops(ParseResult arguments) =>
        arguments.GetValue(Shared.TrustPolicy) is not null ? $"{Shared.TrustPolicy.Name} is for laptops; in a pod the WasmTool and ceilings say whose signatures are asked for"
        : arguments.GetValue(Shared.TrustedRoot) is not null ? $"{Shared.TrustedRoot.Name} is for laptops; in a pod the operator mounts the root"
        : null;

    private static IPEndPoint? Endpoint<T>(Option<T> option, ParseResult arguments) => arguments.GetValue(option) is not string text ? null
        : IPEndPoint.TryParse(text, out var endpoint) && text.Contains(':', StringComparison.Ordinal) ? endpoint
        : throw new StartException($"{option.Name} expects ADDRESS:PORT, such as 127.0.0.1:3001, and not '{text}'");

    private static ImmutableArray<string> HostsOf(ParseResult arguments)
    {
        var hosts = arguments.GetValue(Hosts) ?? [];
        return hosts.FirstOrDefault(host => !AllowedHosts.IsEntry(host)) is { } wrong
            ? throw new StartException($"{Hosts.Name} expects a host or HOST:PORT as clients send it, such as tools.example.com or [::1]:3001, without scheme and *, and not '{wrong}'")
            : [.. hosts];
    }

    private static IReadOnlyList<Address> OwnAddresses() =>
    [
        .. (Environment.GetEnvironmentVariable("POD_IPS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => Address.TryParse(text, out var address) ? address : (Address?)null).OfType<Address>(),
    ];
}
