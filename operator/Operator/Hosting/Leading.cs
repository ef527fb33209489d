using Tapedeck.Kube;
using Tapedeck.Kube.Client;

namespace Tapedeck.Operator.Hosting;

/// <summary>
/// Leads for as long as the server serves what it did at the start, and then anew, with other informers: an API that was installed later is used, and one that
/// is gone is no longer followed.
/// </summary>
internal sealed class Leading(
    KubeClient client, Settings settings, HostOptions options, Outside outside, OperatorTelemetry telemetry, string instance, TimeProvider time, Func<Random> jitter, Action<Notice> notices)
{
    /// <summary>Custom resource definitions are not watched: that would be one more right in the cluster, for what happens twice a year.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private volatile Watching? _watching;

    /// <summary>What is followed at present; null before the first time.</summary>
    internal Watching? Watching => _watching;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var surface = await Watching.SurfaceAsync(client, null, cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var watching = Watching.Make(client, settings, surface, time, jitter, notices);
            _watching = watching;
            var work = new Leader(client, watching, settings, options, outside, telemetry, instance, time, jitter, notices).RunAsync(round.Token);
            var another = AnotherAsync(surface, round.Token);
            await Task.WhenAny(work, another);
            await round.CancelAsync();
            await work;
            surface = await another ?? surface;
        }
    }

    /// <returns>What the server serves now, once that is something else; null when it is time to end.</returns>
    private async Task<Surface?> AnotherAsync(Surface surface, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(BetweenLooks, time, cancellationToken);
                if (await LookAsync(surface, cancellationToken) is var now && now != surface)
                {
                    notices(new(NoticeLevel.Information, "discovery", $"the server serves other APIs than before: {now}"));
                    return now;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<Surface> LookAsync(Surface surface, CancellationToken cancellationToken)
    {
        try
        {
            return await Watching.SurfaceAsync(client, surface, cancellationToken);
        }
        catch (ApiException)
        {
            // The informers say what is wrong with the server.
            return surface;
        }
    }
}
