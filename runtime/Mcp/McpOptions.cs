using Tapedeck.Mcp.Legacy;

namespace Tapedeck.Mcp;

/// <summary>What a server serves, and to whom.</summary>
public sealed record McpOptions
{
    public required ServerIdentity Identity { get; init; }

    public required LiveCatalogue Catalogue { get; init; }

    /// <summary>The names that a client may have found this server under; HTTP only. Everything else is taken for DNS rebinding.</summary>
    public AllowedHosts AllowedHosts { get; init; } = AllowedHosts.Loopback;

    /// <summary>What a client has to present; null: anybody is let in, as <see cref="CallContext.Anonymous"/>. HTTP only.</summary>
    public BearerToken? BearerToken { get; init; }

    /// <summary>
    /// Whether clients of 2025-11-25 and before get a session over HTTP. Without sessions any replica answers any request; with them there are
    /// list changes by GET, cancellation by notification, and requests to the client.
    /// </summary>
    public bool Sessions { get; init; }

    public McpLimits Limits { get; init; } = new();

    /// <summary>By default messages have 4 MiB, and all of them together 256 MiB; over standard input each one alone is limited.</summary>
    public MessageRoom Room { get; init; } = DefaultRoom();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What is served beyond tools. Only the conformance fixture has any.</summary>
    internal SdkExtras? Extras { get; init; }

    internal static MessageRoom DefaultRoom() => new(4 << 20, 256 << 20);
}
