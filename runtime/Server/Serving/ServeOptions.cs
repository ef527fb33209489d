using System.Collections.Immutable;
using System.Net;

namespace Tapedeck.Server.Serving;

/// <summary>How to serve.</summary>
internal sealed record ServeOptions
{
    /// <summary>Where MCP is served. Default: port 3001 of loopback.</summary>
    public IPEndPoint Mcp { get; init; } = new(IPAddress.Loopback, 3001);

    /// <summary>Where operations are served; null serves none.</summary>
    public IPEndPoint? Operations { get; init; }

    /// <summary>Names that clients may use; empty is those of loopback.</summary>
    public ImmutableArray<string> AllowedHosts { get; init; } = [];

    /// <summary>The file with the token that clients send; null asks for none.</summary>
    public string? BearerTokenFile { get; init; }

    /// <summary>The folder with <c>tls.crt</c> and <c>tls.key</c>; null is plain HTTP.</summary>
    public string? TlsFolder { get; init; }

    /// <summary>Whether legacy clients get sessions.</summary>
    public bool Sessions { get; init; } = true;

    /// <summary>Whether the page is served on <c>/</c>.</summary>
    public bool Page { get; init; }

    /// <summary>Whether the tools of MCP's conformance suite are served instead.</summary>
    public bool ConformanceFixture { get; init; }

    /// <summary>How often the files are looked at.</summary>
    public TimeSpan Interval { get; init; } = DeckWatch.Interval;

    /// <summary>How long new calls are taken after the signal to stop: until everybody has heard that this server is not ready any more. Default: not at all.</summary>
    public TimeSpan Linger { get; init; }

    /// <summary>How long calls may go on when no new ones are taken any more.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(25);
}
