using Microsoft.Extensions.Logging;
using Tapedeck.Policy;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Server.Calls;

/// <summary>One structured event for each call and for each decision. No results and no values of Secrets are in them.</summary>
/// <param name="arguments">How arguments are written; null writes none.</param>
internal sealed partial class AuditLog(ILoggerFactory loggers, ArgumentRedaction? arguments, TimeProvider time)
{
    internal const string Category = "Tapedeck.Audit";

    // With the seconds above, another run of the program gives other numbers, all of them such that a JSON number is exact.
    private const int BitsBelowSeconds = 22;

    private readonly ILogger _logger = loggers.CreateLogger(Category);
    private long _calls = time.GetUtcNow().ToUnixTimeSeconds() << BitsBelowSeconds;

    /// <summary>The number of a call that begins.</summary>
    internal long NextCall() => Interlocked.Increment(ref _calls);

    internal void Called(CallRecord record, string outcome, TimeSpan duration)
    {
        if (record.Untold > 0)
        {
            Untold(_logger, record.Untold, record.Tool, record.Call, record.Caller, record.Function, record.Digest);
        }
        if (!_logger.IsEnabled(LogLevel.Information))
        {
            return;
        }
        var milliseconds = Math.Round(duration.TotalMilliseconds, 3);
        if (arguments is null)
        {
            Called(_logger, record.Caller, record.Tool, record.Function, record.Digest, record.Generation, outcome, record.Denied, record.WouldDeny, record.ProtocolVersion, milliseconds, record.Call);
        }
        else
        {
            Called(
                _logger, record.Caller, record.Tool, record.Function, record.Digest, record.Generation, outcome, record.Denied, record.WouldDeny, record.ProtocolVersion, milliseconds,
                record.Call, arguments.Write(record.Arguments.Span));
        }
    }

    [LoggerMessage(1, LogLevel.Information,
        "call by {Caller} of {Tool} {Function} at {Digest} under policy generation {Generation}: {Outcome}, {Denied} denied, {WouldDeny} would be, MCP {Protocol}, {Milliseconds} ms, call {Call}")]
    private static partial void Called(
        ILogger logger, string caller, string tool, string function, string digest, long generation, string outcome, int denied, int wouldDeny, string protocol,
        double milliseconds, long call);

    [LoggerMessage(3, LogLevel.Information,
        "call by {Caller} of {Tool} {Function} at {Digest} under policy generation {Generation}: {Outcome}, {Denied} denied, {WouldDeny} would be, MCP {Protocol}, {Milliseconds} ms, call {Call}, arguments {Arguments}")]
    private static partial void Called(
        ILogger logger, string caller, string tool, string function, string digest, long generation, string outcome, int denied, int wouldDeny, string protocol,
        double milliseconds, long call, string arguments);

    [LoggerMessage(2, LogLevel.Warning, "{Verdict}: {Tool} asked for {Capability}, {Request}: {Why} (generation {Generation}, call {Call} by {Caller} of {Function} at {Digest})")]
    private static partial void Refused(
        ILogger logger, string verdict, string tool, string capability, string request, string why, long generation, long call, string caller, string function, string digest);

    [LoggerMessage(4, LogLevel.Information, "{Verdict}: {Tool} asked for {Capability}, {Request}: {Why} (generation {Generation}, call {Call} by {Caller} of {Function} at {Digest})")]
    private static partial void Allowed(
        ILogger logger, string verdict, string tool, string capability, string request, string why, long generation, long call, string caller, string function, string digest);

    [LoggerMessage(5, LogLevel.Warning, "{Untold} more decisions against {Tool} have no events of their own: it went on asking (call {Call} by {Caller} of {Function} at {Digest})")]
    private static partial void Untold(ILogger logger, int untold, string tool, long call, string caller, string function, string digest);

    internal void Decided(CallRecord record, in HostRequest request, in Decision decision)
    {
        var isAllowed = decision.Verdict == Verdict.Allowed;
        if (!_logger.IsEnabled(isAllowed ? LogLevel.Information : LogLevel.Warning))
        {
            return;
        }
        // What was not granted says by which rule.
        var why = isAllowed ? $"{decision.Rule}" : decision.Message;
        if (isAllowed)
        {
            Allowed(_logger, nameof(Verdict.Allowed), record.Tool, request.Capability, request.ToString(), why, decision.Generation, record.Call, record.Caller, record.Function, record.Digest);
        }
        else
        {
            Refused(_logger, decision.Verdict.ToString(), record.Tool, request.Capability, request.ToString(), why, decision.Generation, record.Call, record.Caller, record.Function, record.Digest);
        }
    }
}
