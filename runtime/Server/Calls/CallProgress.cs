using System.Globalization;
using Tapedeck.Mcp;

namespace Tapedeck.Server.Calls;

/// <summary>
/// Tells a client that asked for progress how many seconds its call has been running. Nobody knows how far a component is, but clients give up on a call that they hear nothing
/// of, most of them after a minute, and some wait on as long as there is progress.
/// </summary>
internal static class CallProgress
{
    internal const int SecondsBetween = 5;

    /// <summary>Reports while a call runs.</summary>
    internal static ValueTask<CallOutcome> ReportAsync(ValueTask<CallOutcome> call, CallContext context, TimeProvider time) =>
        context.WantsProgress ? ReportWhileAsync(call, context, time) : call;

    private static async ValueTask<CallOutcome> ReportWhileAsync(ValueTask<CallOutcome> call, CallContext context, TimeProvider time)
    {
        using var over = new CancellationTokenSource();
        var reports = ReportAsync(context, time, over.Token);
        try
        {
            return await call;
        }
        finally
        {
            await over.CancelAsync();
            await reports;
        }
    }

    private static async Task ReportAsync(CallContext context, TimeProvider time, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(SecondsBetween), time);
        try
        {
            for (var seconds = SecondsBetween; await timer.WaitForNextTickAsync(over); seconds += SecondsBetween)
            {
                await context.ReportProgressAsync(new ProgressReport(seconds, Message: string.Create(CultureInfo.InvariantCulture, $"running for {seconds} s")));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The call is over, or its client is gone, which ends the call by itself.
        }
    }
}
