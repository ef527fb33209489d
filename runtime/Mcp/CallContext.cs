using System.Diagnostics;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp;

/// <summary>
/// What a tool may know of a call beyond its arguments. Memory in it is the caller's and must not be read after the call's task has completed.
/// </summary>
public sealed class CallContext
{
    /// <summary>The caller of whom nothing is known.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Who calls, as established by the transport; <see cref="Anonymous"/> where nothing was. For audit, not a secret.</summary>
    public string Caller { get; init; } = Anonymous;

    /// <summary>The revision of MCP that the call was made in, as <c>2026-07-28</c>.</summary>
    public required string ProtocolVersion { get; init; }

    /// <summary>Fires when nobody waits for the answer any more.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The caller's span: of <c>_meta</c>, else of the HTTP header, else the default.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>The request's <c>_meta</c>, a JSON object. Empty: none.</summary>
    public ReadOnlyMemory<byte> Meta { get; init; }

    /// <summary>What the client says that it can do, a JSON object. Empty: it did not say.</summary>
    public ReadOnlyMemory<byte> ClientCapabilities { get; init; }

    /// <summary>The answers to an earlier <see cref="InputRequired"/>, a JSON object. Empty: none.</summary>
    public ReadOnlyMemory<byte> InputResponses { get; init; }

    /// <summary>What an earlier <see cref="InputRequired"/> sent along, in the hands of the client since.</summary>
    public string? RequestState { get; init; }

    /// <summary>The way back to the client; null where the caller is none.</summary>
    internal Exchange? Exchange { private get; init; }

    /// <summary>Where progress goes; null where the client did not ask for any.</summary>
    public Func<ProgressReport, ValueTask>? Progress { private get; init; }

    /// <summary>Where log lines go; null where the client did not ask for any.</summary>
    public Func<LogEntry, ValueTask>? Log { private get; init; }

    /// <summary>The least severity that the client asked for.</summary>
    public LogSeverity LogThreshold { private get; init; }

    /// <summary>
    /// Keeps something until the answer has been sent, or nobody waits for it any more; then it is disposed of. A client may take its time to read. Where the caller is none, it is
    /// disposed of at once. Once in a call.
    /// </summary>
    public void KeepUntilAnswered(IDisposable kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (Exchange is null)
        {
            kept.Dispose();
        }
        else
        {
            Exchange.Keep(kept);
        }
    }

    /// <summary>True where progress reaches somebody.</summary>
    public bool WantsProgress => Progress is not null;

    /// <summary>True where a log line of this severity reaches somebody.</summary>
    public bool WantsLog(LogSeverity severity) => Log is not null && severity >= LogThreshold;

    /// <summary>Tells the client how far the call is, if it wants to know. Completes when the report is on its way. Any thread may call it.</summary>
    public ValueTask ReportProgressAsync(ProgressReport report) => Progress is { } send ? send(report) : ValueTask.CompletedTask;

    /// <summary>Sends the client a log line, if it wants one of this severity. Any thread may call it.</summary>
    public ValueTask LogAsync(LogEntry entry) => WantsLog(entry.Severity) ? Log!(entry) : ValueTask.CompletedTask;
}
