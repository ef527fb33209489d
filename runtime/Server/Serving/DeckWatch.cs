using Microsoft.Extensions.Logging;

namespace Tapedeck.Server.Serving;

/// <summary>Keeps a deck as files want it, which are looked at again and again.</summary>
/// <param name="readIfChanged">What the files say, or null where they say what they did the last time.</param>
internal sealed partial class DeckWatch(Runtime runtime, Func<Desired?> readIfChanged, ILoggerFactory loggers)
{
    /// <summary>How often files are looked at where nobody says otherwise.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger("Tapedeck.Serve");
    private readonly List<Task> _loading = [];

    /// <summary>Looks for the first time. What loads soon is there for the first client; what does not keeps nobody from the rest.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        Look(cancellationToken);
        await Task.WhenAny(Task.WhenAll(_loading), Task.Delay(Patience, runtime.Services.Time, cancellationToken));
    }

    /// <summary>Looks again and again until <paramref name="cancellationToken"/> fires, which gives up what is being loaded. May be begun anew.</summary>
    /// <param name="also">Is done before each look.</param>
    internal async Task RunAsync(TimeSpan interval, Action also, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, runtime.Services.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                foreach (var over in _loading.Where(loading => loading.IsCompleted).ToArray())
                {
                    // A fault is a bug, and ends the process rather than being forgotten.
                    await over;
                    _loading.Remove(over);
                }
                also();
                Look(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _loading.Clear();
        }
    }

    private void Look(CancellationToken cancellationToken)
    {
        if (readIfChanged() is { } desired)
        {
            foreach (var problem in desired.Problems)
            {
                Problem(_logger, problem);
            }
            _loading.Add(TrimAfterAsync(runtime.Deck.ApplyAsync(desired.Tools, desired.Problems, cancellationToken)));
        }
        else
        {
            _loading.Add(runtime.Deck.RetryAsync(cancellationToken));
        }
    }

    /// <summary>
    /// Loading leaves megabytes that nobody needs any more, and a process that nobody calls would keep them for ever. Policies that change are no reason: calls that
    /// run would wait.
    /// </summary>
    private static async Task TrimAfterAsync(Task<bool> loading)
    {
        if (await loading)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Problem}")]
    private static partial void Problem(ILogger logger, string problem);
}
