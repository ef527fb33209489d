namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>What this host's kernel does for memories. Each is tried, since kernels that call themselves Linux differ.</summary>
/// <param name="GuardedReservation">A memory gets every address that 32 bits and an offset can reach, so that a missed bounds check faults. Else it gets what it may grow to.</param>
/// <param name="MemoryFile">Files without a name (memfd).</param>
/// <param name="CopyOnWrite">Such a file can be mapped privately, so that an instance costs the pages it writes to. Else images are copied.</param>
/// <param name="ResetInPlace">Pages get their first content back by one call. Else they are mapped anew.</param>
internal sealed record MemoryCapabilities(bool GuardedReservation, bool MemoryFile, bool CopyOnWrite, bool ResetInPlace)
{
    /// <summary>Every fallback at once.</summary>
    internal static readonly MemoryCapabilities None = new(false, false, false, false);

    private static readonly Lazy<MemoryCapabilities> Probed = new(Probe);

    internal static MemoryCapabilities OfThisHost => Probed.Value;

    internal static MemoryCapabilities Probe()
    {
        using var reservation = PageReservation.TryReserve(MemoryPoolOptions.GuardedBytes, 1, MappingBudget.Default);
        using var file = ImageFile.TryCreate(PageReservation.PageBytes);
        using var pages = PageReservation.TryReserve(2 * PageReservation.PageBytes, 2, MappingBudget.Default);
        var isReset = OperatingSystem.IsLinux() && pages is not null && ResetsZeros(pages);
        var isCopied = file is not null && pages is not null && Copies(pages, file);
        return new MemoryCapabilities(
            reservation is not null, file is not null, isCopied, isReset && (!isCopied || pages!.Clear(0, PageReservation.PageBytes)));
    }

    private static unsafe bool ResetsZeros(PageReservation pages)
    {
        if (!pages.Enable(PageReservation.PageBytes, PageReservation.PageBytes))
        {
            return false;
        }
        var at = (byte*)pages.Start + PageReservation.PageBytes;
        *at = 1;
        return pages.Clear(PageReservation.PageBytes, PageReservation.PageBytes) && Volatile.Read(ref *at) == 0;
    }

    private static unsafe bool Copies(PageReservation pages, ImageFile file)
    {
        if (!file.Write(0, [2]) || !pages.MapCopyOnWrite(0, PageReservation.PageBytes, file, 0))
        {
            return false;
        }
        var at = (byte*)pages.Start;
        var isContent = Volatile.Read(ref *at) == 2;
        *at = 3;
        // The file's byte is seen again after the copy is dropped, so the write did not reach it.
        return isContent && pages.Clear(0, PageReservation.PageBytes) && Volatile.Read(ref *at) == 2;
    }
}
