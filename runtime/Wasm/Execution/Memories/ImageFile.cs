using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>A file without a name (memfd) that holds an image's pages for every slot to map. Linux only.</summary>
internal sealed unsafe class ImageFile : SafeHandle
{
    private ImageFile(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

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
        var file = new ImageFile(descriptor);
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

    /// <summary>Forbids writes for good. A second wall only, so a kernel that knows no such seal is not refused.</summary>
    internal void Seal() => _ = Libc.Control(this, Libc.FAddSeals, Libc.SealSeal | Libc.SealShrink | Libc.SealGrow | Libc.SealWrite);

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
