using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tapedeck.Mcp;
using Tapedeck.Mcp.Fixture;
using Tapedeck.Server.Page;

namespace Tapedeck.Server.Serving;

/// <summary>Serves a deck: MCP on one port, operations on another, and files looked at again and again for what is desired.</summary>
internal sealed partial class ServeHost(Runtime runtime, ServeOptions options, Func<Desired?> readIfChanged, ILoggerFactory loggers)
{
    /// <summary>A client that takes an answer more slowly is cut off: what waits for it is memory of the process. RATIONALE.md, "Whose memory is an answer that nobody reads?"</summary>
    private static readonly MinDataRate LeastRate = new(bytesPerSecond: 8 << 10, gracePeriod: TimeSpan.FromSeconds(5));

    private readonly DeckWatch _watch = new(runtime, readIfChanged, loggers);
    private readonly ILogger _logger = loggers.CreateLogger("Tapedeck.Serve");
    private readonly BearerToken? _token = options.BearerTokenFile is { } file ? FirstToken(file) : null;

    internal static ServerIdentity Identity { get; } = new("tapedeck", Version.Text, "Tapedeck");

    /// <summary>Serves until <paramref name="cancellationToken"/> fires, then lets calls that run come to their end.</summary>
    /// <param name="onStarted">Is told where MCP is served, and operations where they are, once they are.</param>
    internal async Task RunAsync(Action<Uri, Uri?> onStarted, CancellationToken cancellationToken)
    {
        var operations = new Operations(runtime.Deck, runtime.Metrics);
        await using var mcp = Build(options.Mcp, options.TlsFolder);
        var settings = McpSettings();
        mcp.MapMcp(options.ConformanceFixture ? ConformanceFixture.Mount(settings) : settings);
        if (options.Page && _token is null)
        {
            new PageEndpoints(operations, runtime.Deck, runtime.Services.Recent).Map(mcp);
        }
        await using var ports = options.Operations is { } port ? Build(port, null) : null;
        if (ports is not null)
        {
            operations.Map(ports);
            await StartAsync(ports, options.Operations!, cancellationToken);
        }
        await _watch.StartAsync(cancellationToken);
        await StartAsync(mcp, options.Mcp, cancellationToken);
        onStarted(AddressOf(mcp), ports is null ? null : AddressOf(ports));
        await _watch.RunAsync(options.Interval, ReloadToken, cancellationToken);
        Draining(_logger);
        operations.Drain();
        // RATIONALE.md, "Why does a pod take calls after it was told to stop?"
        using (var over = new CancellationTokenSource(options.Linger, runtime.Services.Time))
        {
            await _watch.RunAsync(options.Interval, ReloadToken, over.Token);
        }
        await mcp.StopAsync(CancellationToken.None);
        if (ports is not null)
        {
            await ports.StopAsync(CancellationToken.None);
        }
    }

    private static Uri AddressOf(WebApplication application) =>
        new(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    internal McpOptions McpSettings() => new()
    {
        Identity = Identity,
        Catalogue = runtime.Deck.Catalogue,
        AllowedHosts = options.AllowedHosts.IsEmpty ? AllowedHosts.Loopback : new AllowedHosts(options.AllowedHosts),
        BearerToken = _token,
        Sessions = options.Sessions,
        Room = runtime.Deck.Room(),
        Time = runtime.Services.Time,
    };

    private WebApplication Build(IPEndPoint endpoint, string? tlsFolder)
    {
        // Of its own: the other builders also read and watch an appsettings.json of the current folder, whose owner could open ports.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        var certificate = tlsFolder is null ? null : FirstCertificate(tlsFolder);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = LeastRate;
            Listen(kestrel, endpoint, listen =>
            {
                listen.Protocols = certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                if (certificate is not null)
                {
                    listen.UseHttps(new TlsHandshakeCallbackOptions
                    {
                        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                        {
                            ServerCertificateContext = certificate.Current,
                            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                        }),
                    });
                }
            });
        });
        return builder.Build();
    }

    /// <summary>The unspecified address of IPv6 means both families, also on a machine that has only one of them.</summary>
    private static void Listen(KestrelServerOptions kestrel, IPEndPoint endpoint, Action<ListenOptions> configure)
    {
        if (endpoint.Address.Equals(IPAddress.IPv6Any))
        {
            kestrel.ListenAnyIP(endpoint.Port, configure);
        }
        else
        {
            kestrel.Listen(endpoint, configure);
        }
    }

    private static BearerToken FirstToken(string file)
    {
        try
        {
            return new BearerToken(File.ReadAllText(file).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Without its message, which might hold the token.
            throw StartException.Unreadable("the file of the bearer token", file, exception, "put the token into it, in one line of printable characters");
        }
    }

    private TlsCertificate FirstCertificate(string folder)
    {
        try
        {
            return new TlsCertificate(folder, runtime.Services.Time, _logger);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw StartException.Unreadable("the certificate in", folder, exception, "put tls.crt and tls.key into it, in PEM and belonging together");
        }
    }

    private static async Task StartAsync(WebApplication application, IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            throw new StartException($"{endpoint} cannot be served: {exception.Message} Stop what listens there, or name another address and port");
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            throw new StartException($"{endpoint} cannot be served: {exception.Message}; name an address of this machine, and a port that this user may listen on");
        }
    }

    private void ReloadToken()
    {
        try
        {
            if (options.BearerTokenFile is { } file)
            {
                _token!.Replace(File.ReadAllText(file).Trim());
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The token before goes on. The message of the exception might hold the file's text.
            TokenUnread(_logger, exception.GetType().Name);
        }
    }

    [LoggerMessage(2, LogLevel.Information, "stopping: no new calls, those that run come to their end (a second Ctrl+C does not wait for them)")]
    private static partial void Draining(ILogger logger);

    [LoggerMessage(3, LogLevel.Error, "the bearer token's file cannot be read ({Error}); the token before stays")]
    private static partial void TokenUnread(ILogger logger, string error);
}
