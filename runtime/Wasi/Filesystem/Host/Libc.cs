using System.Runtime.InteropServices;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>
/// The calls of the C library, each relative to a directory that is open. Types and numbers are those of 64-bit Linux. Paths are handed over up to
/// their first zero character: whoever calls has refused one before.
/// </summary>
internal static partial class Libc
{
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int NoControllingTerminal = 0x100;
    internal const int NonBlocking = 0x800;
    internal const int DataSync = 0x1000;
    internal const int CloseOnExec = 0x80000;
    internal const int Sync = 0x101000;
    internal const int PathOnly = 0x200000;

    // These two differ.
    internal static readonly int Directory = IsArm ? 0x4000 : 0x10000;
    internal static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    internal const int AtSymlinkNoFollow = 0x100;
    internal const int AtRemoveDirectory = 0x200;
    internal const int AtEmptyPath = 0x1000;
    internal const int AtNoAutomount = 0x800;

    internal const uint StatxBasic = 0x7ff;

    internal const long TimeNow = 0x3fffffff;
    internal const long TimeOmit = 0x3ffffffe;

    private const long OpenAt2Number = 437;

    private static readonly long DirectoryEntriesNumber = IsArm ? 61 : 217;

    private static readonly long AppendNumber = IsArm ? 287 : 328;
    private const int AtTheEnd = 0x10;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int file);

    // open, openat and syscall are variadic. The calling conventions of Linux pass an integer there as anywhere.
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int OpenAt(FileHandle directory, string path, int flags, int mode);

    /// <summary>openat2, whose <see cref="OpenHow.Resolve"/> keeps a path beneath the directory.</summary>
    internal static int OpenAt2(FileHandle directory, string path, in OpenHow how) =>
        (int)OpenAt2(OpenAt2Number, directory, path, how, (nuint)Marshal.SizeOf<OpenHow>());

    /// <summary>Entries of the directory, as <c>linux_dirent64</c>; 0 at the end.</summary>
    internal static long DirectoryEntries(FileHandle directory, Span<byte> buffer) =>
        DirectoryEntries(DirectoryEntriesNumber, directory, buffer, (nuint)buffer.Length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Statx(FileHandle directory, string path, int flags, uint mask, out StatxBuffer stat);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ReadLinkAt(FileHandle directory, string path, Span<byte> buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeDirectoryAt(FileHandle directory, string path, int mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UnlinkAt(FileHandle directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RenameAt(FileHandle oldDirectory, string oldPath, FileHandle newDirectory, string newPath);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LinkAt(FileHandle oldDirectory, string oldPath, FileHandle newDirectory, string newPath, int flags);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SymlinkAt(string target, FileHandle directory, string path);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetTimesAt(FileHandle directory, string path, ReadOnlySpan<TimeSpec> times, int flags);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    internal static partial int SetTimes(FileHandle file, ReadOnlySpan<TimeSpec> times);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(FileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    internal static partial nint Read(FileHandle file, Span<byte> buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    internal static partial nint Write(FileHandle file, ReadOnlySpan<byte> buffer, nuint count, long offset);

    /// <summary>pwritev2 at the end of the file, wherever that is by then.</summary>
    internal static nint Append(FileHandle file, ReadOnlySpan<byte> bytes)
    {
        var pinned = GCHandle.Alloc(bytes.ToArray(), GCHandleType.Pinned);
        try
        {
            return Append(AppendNumber, file, [pinned.AddrOfPinnedObject(), bytes.Length], 1, 0, 0, AtTheEnd);
        }
        finally
        {
            pinned.Free();
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int SyncAll(FileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    internal static partial int SyncData(FileHandle file);

    /// <returns>The error number itself.</returns>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    internal static partial int Advise(FileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenAt2(long number, FileHandle directory, string path, in OpenHow how, nuint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Append(long number, FileHandle file, ReadOnlySpan<nint> vector, nint count, nint low, nint high, long flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint DirectoryEntries(long number, FileHandle directory, Span<byte> buffer, nuint size);
}
