using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>A file without a name (memfd) that holds an image's pages for every slot to map. Linux only.</summary>
internal sealed unsafe class ImageFile : SafeHandle
{
    private readonly nuint _bytes;
    private nint _view;

    private ImageFile(int descriptor, long bytes)
        : base(-1, ownsHandle: true)
    {
        _bytes = (nuint)bytes;
        SetHandle(descriptor);
    }

    public override bool IsInvalid => handle == -1;

    /// <returns>Null where the system has no such files, or the process no descriptor left.</returns>
    internal static ImageFile? TryCreate(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        const string name = "wasm-image";
        const uint flags = Libc.MfdCloseOnExec | Libc.MfdAllowSealing;
        var descriptor = Libc.CreateMemoryFile(name, flags | Libc.MfdNoExecSeal);
        if (descriptor == -1 && Marshal.GetLastPInvokeError() == Libc.InvalidArgument)
        {
            // Before Linux 6.3.
            descriptor = Libc.CreateMemoryFile(name, flags);
        }
        if (descriptor == -1)
        {
            return null;
        }
        var file = new ImageFile(descriptor, bytes);
        if (Libc.Truncate(file, (nint)bytes) == 0)
        {
            return file;
        }
        file.Dispose();
        return null;
    }

    /// <summary>Writes through the descriptor and not a mapping, since that fails where a mapping would raise SIGBUS when memory is short.</summary>
    internal bool Write(long offset, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (nint done = 0; done < bytes.Length;)
            {
                var written = Libc.Write(this, start + done, (nuint)(bytes.Length - done), (nint)offset + done);
                if (written <= 0)
                {
                    return false;
                }
                done += written;
            }
        }
        return true;
    }

    /// <summary>Maps the file for <see cref="Store"/>.</summary>
    internal bool OpenView()
    {
        if (!MappingBudget.TryTake(1, MappingBudget.Default))
        {
            return false;
        }
        var view = Libc.Map(0, _bytes, Libc.ProtReadWrite, Libc.MapShared, this, 0);
        if (view == -1)
        {
            MappingBudget.Release(1);
            return false;
        }
        _view = view;
        return true;
    }

    /// <summary>Writes 8 bytes at once, where every mapping that has not copied the page sees them. Needs a view.</summary>
    internal void Store(long offset, long value)
    {
        Volatile.Write(ref *(long*)(_view + (nint)offset), value);
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Forbids writes but those of a view that is open. A second wall only, so a kernel that knows no such seal is not refused.
    /// </summary>
    internal void Seal()
    {
        var writes = _view == 0 ? Libc.SealWrite : Libc.SealFutureWrite;
        _ = Libc.Control(this, Libc.FAddSeals, Libc.SealSeal | Libc.SealShrink | Libc.SealGrow | writes);
    }

    protected override bool ReleaseHandle()
    {
        if (_view != 0)
        {
            _ = Libc.Unmap(_view, _bytes);
            MappingBudget.Release(1);
        }
        return Libc.Close((int)handle) == 0;
    }
}
