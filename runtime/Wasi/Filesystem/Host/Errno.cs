using System.Runtime.InteropServices;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>The error numbers of Linux, the same on x64 and arm64, and what they are called in WIT.</summary>
internal static class Errno
{
    internal const int Perm = 1;
    internal const int NoEnt = 2;
    internal const int Intr = 4;
    internal const int BadF = 9;
    internal const int Again = 11;
    internal const int Acces = 13;
    internal const int Exist = 17;
    internal const int XDev = 18;
    internal const int NotDir = 20;
    internal const int IsDir = 21;
    internal const int Inval = 22;
    internal const int NameTooLong = 36;
    internal const int NoSys = 38;
    internal const int Loop = 40;

    private static readonly Dictionary<int, ErrorCode> Codes = new()
    {
        [Perm] = ErrorCode.NotPermitted,
        [NoEnt] = ErrorCode.NoEntry,
        [Intr] = ErrorCode.Interrupted,
        [5] = ErrorCode.Io,
        [6] = ErrorCode.NoSuchDevice,
        [BadF] = ErrorCode.BadDescriptor,
        [Again] = ErrorCode.WouldBlock,
        [12] = ErrorCode.InsufficientMemory,
        [Acces] = ErrorCode.Access,
        [16] = ErrorCode.Busy,
        [Exist] = ErrorCode.Exist,
        [XDev] = ErrorCode.CrossDevice,
        [19] = ErrorCode.NoDevice,
        [NotDir] = ErrorCode.NotDirectory,
        [IsDir] = ErrorCode.IsDirectory,
        [Inval] = ErrorCode.Invalid,
        [23] = ErrorCode.InsufficientMemory,
        [24] = ErrorCode.InsufficientMemory,
        [25] = ErrorCode.NoTty,
        [26] = ErrorCode.TextFileBusy,
        [27] = ErrorCode.FileTooLarge,
        [28] = ErrorCode.InsufficientSpace,
        [29] = ErrorCode.InvalidSeek,
        [30] = ErrorCode.ReadOnly,
        [31] = ErrorCode.TooManyLinks,
        [32] = ErrorCode.Pipe,
        [35] = ErrorCode.Deadlock,
        [NameTooLong] = ErrorCode.NameTooLong,
        [37] = ErrorCode.NoLock,
        [NoSys] = ErrorCode.Unsupported,
        [39] = ErrorCode.NotEmpty,
        [Loop] = ErrorCode.Loop,
        [75] = ErrorCode.Overflow,
        [84] = ErrorCode.IllegalByteSequence,
        [90] = ErrorCode.MessageSize,
        [95] = ErrorCode.Unsupported,
        [114] = ErrorCode.Already,
        [115] = ErrorCode.InProgress,
        [122] = ErrorCode.Quota,
        [131] = ErrorCode.NotRecoverable,
    };

    /// <summary>The error of the call just made on this thread.</summary>
    internal static int Last => Marshal.GetLastPInvokeError();

    /// <summary>None for 0.</summary>
    internal static ErrorCode Code(int errno) => errno == 0 ? ErrorCode.None : Codes.GetValueOrDefault(errno, ErrorCode.Io);

    /// <summary>The outcome of a call that returns a negative number where it failed.</summary>
    internal static ErrorCode Of(long result) => result < 0 ? Code(Last) : ErrorCode.None;
}
