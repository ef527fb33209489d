using System.Runtime.InteropServices;

namespace Tapedeck.Wasi.Calls;

/// <summary>
/// The files, folders and sockets that all guests of a process may have open together. A process that is out of descriptors is out of more than files: .NET itself
/// ends with "out of memory". So each is paid for before it is opened, and who gets none is told so as WASI has it, while everybody else goes on.
/// </summary>
/// <remarks>RATIONALE.md, "Why are open files counted in the process?"</remarks>
/// <param name="most">The most that may be open at one time.</param>
public sealed partial class HostHandles(int most)
{
    private const int OpenFiles = 7;
    private const long LeastReserve = 256;
    private const long AssumedLimit = 4096;
    private int _taken;

    /// <summary>That of this process: its limit of open files but for a quarter, 256 at the least, which is the host's own.</summary>
    public static HostHandles OfProcess { get; } = new(ShareOf(Limit()));

    public int Most => most;

    /// <summary>How many are open now.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Three quarters of the limit, and less of a small one.</summary>
    internal static int ShareOf(long limit) => (int)Math.Clamp(limit - Math.Max(limit / 4, LeastReserve), 0, int.MaxValue);

    /// <summary>Pays for one that a guest asks for.</summary>
    /// <returns>False where all are taken.</returns>
    internal bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= most)
        {
            return true;
        }
        Return();
        return false;
    }

    /// <summary>Pays for one that the host opens for a call, from its own share if need be: what some guests keep open is not to keep others from starting.</summary>
    internal void Take() => Interlocked.Increment(ref _taken);

    internal void Return() => Interlocked.Decrement(ref _taken);

    // .NET has raised the limit as far as it may be raised before any code of ours runs.
    private static long Limit()
    {
        Span<ulong> limits = stackalloc ulong[2];
        return OperatingSystem.IsLinux() && ResourceLimits(OpenFiles, limits) == 0 ? (long)Math.Min(limits[0], long.MaxValue) : AssumedLimit;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int ResourceLimits(int resource, Span<ulong> nowAndAtMost);
}
