using System.Diagnostics;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>The CPU time that the current thread has taken. Where the system does not tell, the time that has passed.</summary>
internal static class ThreadTime
{
    private const int LinuxThreadClock = 3;

    internal static TimeSpan Now => OperatingSystem.IsLinux() && Of(LinuxThreadClock) is { } time ? time : Stopwatch.GetElapsedTime(0);

    /// <summary>The clock of the current thread for other threads to read; null where there is none.</summary>
    internal static int? Clock => OperatingSystem.IsLinux() && Libc.GetThreadClock(Libc.GetThread(), out var clock) == 0 ? clock : null;

    /// <summary>What a clock shows; null where its thread is gone.</summary>
    internal static TimeSpan? Of(int clock) => Libc.GetTime(clock, out var time) == 0
        ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : null;
}
