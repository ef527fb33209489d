using Microsoft.Extensions.Logging;

namespace Tapedeck.Server.Logs;

/// <summary>The log of the program: each event a line on a stream, written by one thread, so that whoever has something to say does not wait for the stream.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly LineFormat _format;
    private readonly LogPipe _pipe;

    internal LogLines(Stream stream, LineFormat format, TimeProvider time)
    {
        _format = format;
        _pipe = new LogPipe(stream, Lost, time);
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose() => _pipe.Dispose();

    private byte[] Lost(long count) => _format.Write(
        "Tapedeck.Log", LogLevel.Error, 1, new KeyValuePair<string, object?>[] { new("Lost", count) }, null,
        (_, _) => $"{count} lines of this log were lost, audit events among them: what reads standard error was too slow, or had stopped").ToArray();

    private sealed class Category(LogLines lines, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines._pipe.Write(lines._format.Write(name, logLevel, eventId, state, exception, formatter));
    }
}
