namespace Tapedeck.Mcp.Protocol;

/// <summary>Sends what a tool reports while it runs.</summary>
internal sealed class CallReporter(Exchange exchange, ReadOnlyMemory<byte> progressToken)
{
    private readonly Lock _lock = new();
    private double _last = double.NegativeInfinity;

    internal async ValueTask ReportAsync(ProgressReport report)
    {
        if (IsNext(report.Progress))
        {
            using var message = Replies.Progress(progressToken.Span, report with { Total = report.Total is { } total && double.IsFinite(total) ? total : null });
            await exchange.NotifyAsync(message.Written);
        }
    }

    internal async ValueTask LogAsync(LogEntry entry)
    {
        using var message = Replies.Log(entry);
        await exchange.NotifyAsync(message.Written);
    }

    /// <summary>The specification asks for progress that grows.</summary>
    private bool IsNext(double progress)
    {
        lock (_lock)
        {
            if (!double.IsFinite(progress) || progress <= _last)
            {
                return false;
            }
            _last = progress;
            return true;
        }
    }
}
