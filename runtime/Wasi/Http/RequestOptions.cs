namespace Tapedeck.Wasi.Http;

/// <summary>What <c>request-options</c> stands for: timeouts in nanoseconds, null for none.</summary>
internal sealed class RequestOptions
{
    internal ulong? Connect { get; set; }
    internal ulong? FirstByte { get; set; }
    internal ulong? BetweenBytes { get; set; }

    /// <summary>A timeout as timers take it: no less than a millisecond, and no longer than a day, by when any call is over.</summary>
    internal static TimeSpan? Span(ulong? nanoseconds) =>
        nanoseconds is { } value ? TimeSpan.FromMilliseconds(Math.Clamp(value / 1_000_000, 1, 86_400_000)) : null;
}
