using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>The calls of the C library. Types and numbers are those of 64-bit Linux, the same on x64 and arm64, and where it says so of macOS.</summary>
internal static unsafe partial class Libc
{
    internal const int ProtNone = 0;
    internal const int ProtRead = 1;
    internal const int ProtReadWrite = 1 | 2;
    internal const int ProtExecute = 4;

    internal const int MapShared = 0x01;
    internal const int MapPrivate = 0x02;
    internal const int MapFixed = 0x10;

    internal const int MadvDontNeed = 4;

    internal const uint MfdCloseOnExec = 0x1;
    internal const uint MfdAllowSealing = 0x2;
    internal const uint MfdNoExecSeal = 0x8;
    internal const uint MfdExecutable = 0x10;

    internal const int FAddSeals = 1033;
    internal const int SealSeal = 0x01;
    internal const int SealShrink = 0x02;
    internal const int SealGrow = 0x04;
    internal const int SealWrite = 0x08;

    internal const int InvalidArgument = 22;

    internal static readonly int MapAnonymous = OperatingSystem.IsMacOS() ? 0x1000 : 0x20;
    internal static readonly int MapNoReserve = OperatingSystem.IsMacOS() ? 0x40 : 0x4000;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint Map(nint address, nuint length, int protection, int flags, ImageFile file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    internal static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    internal static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(ImageFile file, nint length);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(int descriptor, nint length);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    internal static partial nint Write(ImageFile file, byte* bytes, nuint count, nint offset);

    // fcntl is variadic. The calling conventions of Linux pass an int there as anywhere; those of macOS do not, and it has no seals.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Control(ImageFile file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    internal static partial int GetTime(int clock, out TimeSpec time);

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    internal static partial nint GetThread();

    [LibraryImport("libc", EntryPoint = "pthread_getcpuclockid")]
    internal static partial int GetThreadClock(nint thread, out int clock);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "sem_init", SetLastError = true)]
    internal static partial int InitializeSemaphore(nint semaphore, int isShared, uint value);

    [LibraryImport("libc", EntryPoint = "sem_wait", SetLastError = true)]
    internal static partial int WaitSemaphore(ThreadSemaphore semaphore);

    [LibraryImport("libc", EntryPoint = "sem_post", SetLastError = true)]
    internal static partial int PostSemaphore(ThreadSemaphore semaphore);

    [LibraryImport("libc", EntryPoint = "sem_destroy")]
    internal static partial int DestroySemaphore(nint semaphore);

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
