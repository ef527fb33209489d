namespace Tapedeck.Mcp;

/// <summary>What clients can take of the server, each with its default. A value out of its range is refused with an exception.</summary>
public sealed record McpLimits
{
    /// <summary>Nesting of a message, at least 8.</summary>
    public int MessageDepth { get; init => field = AtLeast(8, value, nameof(MessageDepth)); } = 64;

    /// <summary>
    /// Values in a message beyond the first of each array and object, at least 100: a number in an array takes two bytes of a message, and more than ten of memory while it is read.
    /// </summary>
    public int MessageValues { get; init => field = AtLeast(100, value, nameof(MessageValues)); } = 1_000_000;

    /// <summary>Sessions at the same time; further ones are refused with 503.</summary>
    public int Sessions { get; init => field = AtLeast(1, value, nameof(Sessions)); } = 1_000;

    /// <summary>A session that nobody used for so long is ended.</summary>
    public TimeSpan SessionIdle { get; init => field = Positive(value, nameof(SessionIdle)); } = TimeSpan.FromMinutes(30);

    /// <summary>Streams at the same time that wait for changes (<c>subscriptions/listen</c>, GET); further ones are refused with 503.</summary>
    public int Streams { get; init => field = AtLeast(1, value, nameof(Streams)); } = 1_000;

    /// <summary>A response that is silent for so long becomes a stream and gets a comment, so that no proxy takes it for dead.</summary>
    public TimeSpan KeepAlive { get; init => field = Positive(value, nameof(KeepAlive)); } = TimeSpan.FromSeconds(15);

    /// <summary>How long a message beyond <see cref="MessageRoom.Free"/> may take for each 64 KiB more; one that is slower gives its room to others, with 408. HTTP only.</summary>
    public TimeSpan Piece { get; init => field = Positive(value, nameof(Piece)); } = TimeSpan.FromSeconds(2);

    private static int AtLeast(int least, int value, string name) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"at least {least}");

    private static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, "more than nothing");
}
