using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>A range of addresses that nothing else uses. Its pages have no access until they are enabled.</summary>
/// <remarks>Whoever works in the range holds a reference (<see cref="SafeHandle.DangerousAddRef"/>): a range that was lost is then leaked, never unmapped under running code.</remarks>
internal sealed class PageReservation : SafeHandle
{
    internal static readonly long PageBytes = Environment.SystemPageSize;

    private readonly nuint _bytes;
    private readonly int _mappings;

    private PageReservation(nint start, nuint bytes, int mappings)
        : base(0, ownsHandle: true)
    {
        _bytes = bytes;
        _mappings = mappings;
        SetHandle(start);
    }

    public override bool IsInvalid => handle == 0;

    internal nint Start => handle;

    internal long Bytes => (long)_bytes;

    internal static long RoundUp(long bytes) => (bytes + PageBytes - 1) & -PageBytes;

    /// <param name="mappings">How many mappings the range may fall into; they are taken from the <see cref="MappingBudget"/>.</param>
    /// <returns>Null if the system has no such range, or the budget no such mappings.</returns>
    internal static PageReservation? TryReserve(long bytes, int mappings, int mostMappings)
    {
        if (bytes > nint.MaxValue || !MappingBudget.TryTake(mappings, mostMappings))
        {
            return null;
        }
        var length = (nuint)bytes;
        var start = OperatingSystem.IsWindows()
            ? Kernel32.Allocate(0, length, Kernel32.MemReserve, Kernel32.PageNoAccess)
            : MapAnonymous(0, length, 0);
        if (start is 0 or -1)
        {
            MappingBudget.Release(mappings);
            return null;
        }
        return new PageReservation(start, length, mappings);
    }

    /// <summary>Makes pages readable and writable. Those that were not are zero.</summary>
    internal bool Enable(long offset, long bytes) => OperatingSystem.IsWindows()
        ? Kernel32.Allocate(At(offset), (nuint)bytes, Kernel32.MemCommit, Kernel32.PageReadWrite) != 0
        : Libc.Protect(At(offset), (nuint)bytes, Libc.ProtReadWrite) == 0;

    /// <summary>Takes access and content from pages. A new mapping, and not a change of protection: that gives the page tables back too.</summary>
    internal bool Disable(long offset, long bytes) => OperatingSystem.IsWindows()
        ? Kernel32.Free(At(offset), (nuint)bytes, Kernel32.MemDecommit) != 0
        : IsMapped(MapAnonymous(At(offset), (nuint)bytes, Libc.MapFixed));

    /// <summary>Gives enabled pages the content back that they had at first: the file's where one is mapped, else zero. Linux only.</summary>
    internal bool Clear(long offset, long bytes) => Libc.Advise(At(offset), (nuint)bytes, Libc.MadvDontNeed) == 0;

    /// <summary>Writes zeros to enabled pages.</summary>
    internal unsafe void Zero(long offset, long bytes) => new Span<byte>((void*)At(offset), checked((int)bytes)).Clear();

    /// <summary>Puts a file's bytes at pages, each copied when it is first written. Linux only.</summary>
    internal bool MapCopyOnWrite(long offset, long bytes, ImageFile file, long fileOffset) => IsMapped(Libc.Map(
        At(offset), (nuint)bytes, Libc.ProtReadWrite, Libc.MapPrivate | Libc.MapFixed | Libc.MapNoReserve, file, (nint)fileOffset));

    protected override bool ReleaseHandle()
    {
        var isReleased = OperatingSystem.IsWindows() ? Kernel32.Free(handle, 0, Kernel32.MemRelease) != 0 : Libc.Unmap(handle, _bytes) == 0;
        if (isReleased)
        {
            MappingBudget.Release(_mappings);
        }
        return isReleased;
    }

    private static nint MapAnonymous(nint address, nuint length, int flags) =>
        Libc.Map(address, length, Libc.ProtNone, Libc.MapPrivate | Libc.MapAnonymous | Libc.MapNoReserve | flags, -1, 0);

    private bool IsMapped(nint address)
    {
        if (address != -1)
        {
            return true;
        }
        // The kernel may have taken the old pages away before it failed, and someone else's may lie there by now. So the range is never unmapped.
        SetHandleAsInvalid();
        return false;
    }

    private nint At(long offset) => handle + (nint)offset;
}
