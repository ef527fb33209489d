using System.Runtime.InteropServices;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary><c>struct open_how</c> (<see href="https://man7.org/linux/man-pages/man2/openat2.2.html"/>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    internal const ulong NoMagicLinks = 0x02;
    internal const ulong NoSymlinks = 0x04;
    internal const ulong Beneath = 0x08;

    internal ulong Flags;
    internal ulong Mode;
    internal ulong Resolve;
}
