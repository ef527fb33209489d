using System.Runtime.InteropServices.Marshalling;
using Microsoft.Win32.SafeHandles;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>A file or folder that is open, and paid for until the kernel has closed it. There is no other way to open one, so none goes uncounted.</summary>
[NativeMarshalling(typeof(FileHandleMarshaller))]
internal sealed class FileHandle : SafeHandleMinusOneIsInvalid
{
    private readonly HostHandles _account;

    private FileHandle(HostHandles account, int file)
        : base(ownsHandle: true)
    {
        _account = account;
        SetHandle(file);
    }

    /// <summary>A folder of the host, by a path of the host's.</summary>
    internal static ErrorCode Folder(HostHandles account, string path, int flags, out FileHandle? handle)
    {
        account.Take();
        return Opened(account, Libc.Open(path, flags | Libc.Directory | Libc.CloseOnExec, 0), out handle);
    }

    /// <summary>Something by its name in this folder.</summary>
    /// <returns>InsufficientMemory where all guests together have as many open as they may.</returns>
    internal ErrorCode Open(string name, int flags, int mode, out FileHandle? handle)
    {
        handle = null;
        return _account.TryTake() ? Opened(_account, Libc.OpenAt(this, name, flags | Libc.CloseOnExec, mode), out handle) : ErrorCode.InsufficientMemory;
    }

    /// <summary>Something by a path from this folder, as openat2 resolves it.</summary>
    internal ErrorCode Open(string path, in OpenHow how, out FileHandle? handle)
    {
        handle = null;
        return _account.TryTake() ? Opened(_account, Libc.OpenAt2(this, path, how), out handle) : ErrorCode.InsufficientMemory;
    }

    protected override bool ReleaseHandle()
    {
        var outcome = Libc.Close((int)handle);
        _account.Return();
        return outcome == 0;
    }

    private static ErrorCode Opened(HostHandles account, int file, out FileHandle? handle)
    {
        if (file < 0)
        {
            var outcome = Errno.Code(Errno.Last);
            account.Return();
            handle = null;
            return outcome;
        }
        handle = new FileHandle(account, file);
        return ErrorCode.None;
    }
}
