using Microsoft.Extensions.Logging;

namespace Tapedeck.Mcp;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Tool {Tool} threw; its caller was told 'internal error'")]
    internal static partial void ToolThrew(ILogger log, string tool, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "Refused a request with {Status}: {Reason}")]
    internal static partial void Refused(ILogger log, int status, string reason);

    [LoggerMessage(3, LogLevel.Warning, "A session ended on a failure")]
    internal static partial void SessionFailed(ILogger log, Exception exception);
}
