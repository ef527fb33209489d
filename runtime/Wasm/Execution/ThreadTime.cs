using System.Diagnostics;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>The CPU time that the current thread has taken. Where the system does not tell, the time that has passed.</summary>
internal static class ThreadTime
{
    private const int LinuxThreadClock = 3;

    internal static TimeSpan Now => OperatingSystem.IsLinux() && Libc.GetTime(LinuxThreadClock, out var time) == 0
        ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : Stopwatch.GetElapsedTime(0);
}
