using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>The calls of Windows.</summary>
internal static partial class Kernel32
{
    internal const uint MemCommit = 0x1000;
    internal const uint MemReserve = 0x2000;
    internal const uint MemDecommit = 0x4000;
    internal const uint MemRelease = 0x8000;
    internal const uint PageNoAccess = 0x01;
    internal const uint PageReadWrite = 0x04;

    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc", SetLastError = true)]
    internal static partial nint Allocate(nint address, nuint length, uint kind, uint protection);

    [LibraryImport("kernel32", EntryPoint = "VirtualFree", SetLastError = true)]
    internal static partial int Free(nint address, nuint length, uint kind);
}
