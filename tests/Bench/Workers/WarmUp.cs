using System.Runtime;

namespace Tapedeck.Bench.Workers;

/// <summary>Runs code until the JIT has no more to say about it.</summary>
internal static class WarmUp
{
    // A method is queued for its next tier after 30 calls, and the queue is worked off when nothing new was compiled for 100 ms.
    private const int CallsAWindow = 40;
    private const int QuietWindows = 4;
    private const int MostWindows = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>For what takes long: a few windows, which are enough for its hot code.</summary>
    internal static void Briefly(Action action)
    {
        const int Windows = 4, CallsAWindow = 12;
        for (var window = 0; window < Windows; window++)
        {
            for (var i = 0; i < CallsAWindow; i++)
            {
                action();
            }
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Calls <paramref name="action"/> and sleeps, in turns, until no method was compiled in several turns.</summary>
    internal static void UntilSettled(Action action)
    {
        var quiet = 0;
        for (var window = 0; window < MostWindows && quiet < QuietWindows; window++)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            for (var i = 0; i < CallsAWindow; i++)
            {
                action();
            }
            Thread.Sleep(Pause);
            quiet = JitInfo.GetCompiledMethodCount() == compiled ? quiet + 1 : 0;
        }
    }
}
