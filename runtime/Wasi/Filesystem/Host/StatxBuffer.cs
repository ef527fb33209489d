using System.Runtime.InteropServices;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary><c>struct statx</c>, the same on every architecture (<see href="https://man7.org/linux/man-pages/man2/statx.2.html"/>).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    [FieldOffset(16)]
    internal uint Links;

    [FieldOffset(28)]
    internal ushort Mode;

    [FieldOffset(32)]
    internal ulong Inode;

    [FieldOffset(40)]
    internal ulong Size;

    [FieldOffset(64)]
    internal StatxTime Accessed;

    [FieldOffset(96)]
    internal StatxTime Changed;

    [FieldOffset(112)]
    internal StatxTime Modified;

    [FieldOffset(136)]
    internal uint DeviceMajor;

    [FieldOffset(140)]
    internal uint DeviceMinor;
}

/// <summary><c>struct statx_timestamp</c>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct StatxTime
{
    internal long Seconds;
    internal uint Nanoseconds;
}
