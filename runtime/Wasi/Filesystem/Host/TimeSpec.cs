using System.Runtime.InteropServices;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary><c>struct timespec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TimeSpec(long Seconds, long Nanoseconds);
