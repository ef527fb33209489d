using Microsoft.Extensions.Logging;

namespace Tapedeck.Server.Calls;

/// <summary>One structured event for each call and for each decision that was not a plain yes. No results and no values of Secrets are in them.</summary>
/// <param name="arguments">How arguments are written; null writes none.</param>
internal sealed partial class AuditLog(ILoggerFactory loggers, ArgumentRedaction? arguments)
{
    internal const string Category = "Tapedeck.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    internal void Called(CallRecord record, string outcome, TimeSpan duration)
    {
        if (!_logger.IsEnabled(LogLevel.Information))
        {
            return;
        }
        var milliseconds = Math.Round(duration.TotalMilliseconds, 3);
        if (arguments is null)
        {
            Called(_logger, record.Caller, record.Tool, record.Function, record.Digest, record.Generation, outcome, record.Denied, record.WouldDeny, record.ProtocolVersion, milliseconds);
        }
        else
        {
            Called(
                _logger, record.Caller, record.Tool, record.Function, record.Digest, record.Generation, outcome, record.Denied, record.WouldDeny, record.ProtocolVersion, milliseconds,
                arguments.Write(record.Arguments.Span));
        }
    }

    [LoggerMessage(1, LogLevel.Information,
        "call by {Caller} of {Tool} {Function} at {Digest} under policy generation {Generation}: {Outcome}, {Denied} denied, {WouldDeny} would be, MCP {Protocol}, {Milliseconds} ms")]
    private static partial void Called(
        ILogger logger, string caller, string tool, string function, string digest, long generation, string outcome, int denied, int wouldDeny, string protocol,
        double milliseconds);

    [LoggerMessage(3, LogLevel.Information,
        "call by {Caller} of {Tool} {Function} at {Digest} under policy generation {Generation}: {Outcome}, {Denied} denied, {WouldDeny} would be, MCP {Protocol}, {Milliseconds} ms, arguments {Arguments}")]
    private static partial void Called(
        ILogger logger, string caller, string tool, string function, string digest, long generation, string outcome, int denied, int wouldDeny, string protocol,
        double milliseconds, string arguments);

    [LoggerMessage(2, LogLevel.Warning, "{Verdict}: {Tool} asked for {Capability}, {Request}: {Why} (generation {Generation})")]
    private static partial void Decided(ILogger logger, string verdict, string tool, string capability, string request, string why, long generation);

    internal void Decided(string tool, in Policy.Requests.HostRequest request, in Policy.Decision decision)
    {
        if (decision.Verdict != Policy.Verdict.Allowed && _logger.IsEnabled(LogLevel.Warning))
        {
            Decided(_logger, decision.Verdict.ToString(), tool, request.Capability, request.ToString(), decision.Rule is { } rule ? $"{rule} {decision.Message}" : decision.Message, decision.Generation);
        }
    }
}
