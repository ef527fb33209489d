using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Tapedeck.Mcp.Legacy;

/// <summary>Sends what a tool reports while it runs, by the SDK.</summary>
internal sealed class SdkReporter(RequestContext<CallToolRequestParams> request)
{
    private readonly Lock _lock = new();
    private double _last = double.NegativeInfinity;

    /// <summary>What the client set with <c>logging/setLevel</c>. One that never did hears what is worth telling everybody.</summary>
    internal LogSeverity Threshold => (LogSeverity)(int)(request.Server.LoggingLevel ?? LoggingLevel.Info);

    internal async ValueTask ReportAsync(ProgressReport report)
    {
        lock (_lock)
        {
            if (!double.IsFinite(report.Progress) || report.Progress <= _last)
            {
                return;
            }
            _last = report.Progress;
        }
        await request.Server.NotifyProgressAsync(request.Params.ProgressToken!.Value, new ProgressNotificationValue
        {
            Progress = (float)report.Progress,
            Total = report.Total is { } total && double.IsFinite(total) ? (float)total : null,
            Message = report.Message,
        });
    }

    internal async ValueTask LogAsync(LogEntry entry)
    {
        using var data = JsonDocument.Parse(entry.Data);
        await request.Server.SendNotificationAsync(NotificationMethods.LoggingMessageNotification, new LoggingMessageNotificationParams
        {
            Level = (LoggingLevel)(int)entry.Severity,
            Logger = entry.Logger,
            Data = data.RootElement.Clone(),
        });
    }
}
