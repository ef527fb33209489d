namespace Tapedeck.Mcp;

/// <summary>What one client can take of the server, each with its default.</summary>
public sealed record McpLimits
{
    /// <summary>Bytes of a message, at least 1 KiB. Larger ones are refused while they arrive.</summary>
    public int MessageBytes { get; init; } = 4 << 20;

    /// <summary>Nesting of a message, 8 to 1,000.</summary>
    public int MessageDepth { get; init; } = 64;

    /// <summary>Sessions at the same time; further ones are refused with 503.</summary>
    public int Sessions { get; init; } = 1_000;

    /// <summary>A session that nobody used for so long is ended.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Streams at the same time that wait for changes (<c>subscriptions/listen</c>, GET); further ones are refused with 503.</summary>
    public int Streams { get; init; } = 1_000;

    /// <summary>A stream that is silent for so long gets a comment, so that no proxy takes it for dead.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);
}
