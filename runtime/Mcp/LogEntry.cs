namespace Tapedeck.Mcp;

/// <summary>A line of a tool's log, for the client that asked for it.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Data">Any JSON value.</param>
/// <param name="Logger">Who says so; null: nobody in particular.</param>
public readonly record struct LogEntry(LogSeverity Severity, ReadOnlyMemory<byte> Data, string? Logger = null);
