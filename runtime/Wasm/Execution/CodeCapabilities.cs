using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>What this host's kernel allows for code. Tried on Linux; elsewhere .NET would not run without.</summary>
internal readonly record struct CodeCapabilities(bool WritableCode, bool CodeFile)
{
    internal static CodeCapabilities Probe() =>
        OperatingSystem.IsLinux() ? new(CanMapWritableCode(), CanMapCodeFile()) : new(true, true);

    private static bool CanMapWritableCode()
    {
        var length = (nuint)PageReservation.PageBytes;
        return Unmap(Libc.Map(0, length, Libc.ProtReadWrite | Libc.ProtExecute, Libc.MapPrivate | Libc.MapAnonymous, -1, 0), length);
    }

    private static bool CanMapCodeFile()
    {
        const string name = "wasm-probe";
        var descriptor = Libc.CreateMemoryFile(name, Libc.MfdCloseOnExec | Libc.MfdExecutable);
        if (descriptor == -1 && Marshal.GetLastPInvokeError() == Libc.InvalidArgument)
        {
            // Before Linux 6.3, where every such file may be.
            descriptor = Libc.CreateMemoryFile(name, Libc.MfdCloseOnExec);
        }
        if (descriptor == -1)
        {
            return false;
        }
        var length = (nuint)PageReservation.PageBytes;
        var isMapped = Libc.Truncate(descriptor, (nint)length) == 0 &&
            Unmap(Libc.Map(0, length, Libc.ProtRead | Libc.ProtExecute, Libc.MapShared, descriptor, 0), length);
        _ = Libc.Close(descriptor);
        return isMapped;
    }

    private static bool Unmap(nint address, nuint length) => address != -1 && Libc.Unmap(address, length) == 0;
}
