namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>
/// What a memory or a table holds at first. Slots map it copy-on-write, so that an instance costs the pages that it writes to; where the system cannot, or the
/// content is a page or two, they copy it.
/// </summary>
internal sealed unsafe class MemoryImage : IDisposable
{
    /// <summary>Copying so little is as fast as faulting it in, and takes no descriptor.</summary>
    private const int SmallPages = 2;

    private static long _lastId;

    private readonly ImageExtent[] _extents;
    private readonly ImageFile? _file;

    private MemoryImage(ImageDraft draft, ImageFile? file)
    {
        Length = draft.Length;
        _extents = draft.Extents;
        _file = file;
        Id = file is null ? 0 : Interlocked.Increment(ref _lastId);
    }

    /// <summary>Bytes from the base to the end of the content. A memory is at least as long.</summary>
    internal long Length { get; }

    /// <summary>Names the mappings that a slot has of this image; 0 if the content is copied, and any slot that maps nothing will do.</summary>
    /// <remarks>A number, so that an idle slot keeps no image alive.</remarks>
    internal long Id { get; }

    /// <summary>Whether nobody will rent it again. Its pool's to set and read, under the pool's lock.</summary>
    internal bool IsForgotten { get; set; }

    /// <summary>The image of active segments, each at its offset, later ones over earlier ones.</summary>
    internal static MemoryImage Build(ReadOnlySpan<(long Offset, ReadOnlyMemory<byte> Bytes)> segments, MemoryCapabilities? capabilities = null)
    {
        var length = 0L;
        foreach (var (offset, bytes) in segments)
        {
            length = Math.Max(length, offset + bytes.Length);
        }
        var draft = new ImageDraft(length);
        foreach (var (offset, bytes) in segments)
        {
            draft.Note(offset, bytes.Span);
        }
        draft.Arrange();
        foreach (var (offset, bytes) in segments)
        {
            draft.Write(offset, bytes.Span);
        }
        return Finish(draft, capabilities);
    }

    /// <summary>The image of all that is in <paramref name="content"/>.</summary>
    internal static MemoryImage Build(ReadOnlySpan<byte> content, MemoryCapabilities? capabilities = null)
    {
        var draft = new ImageDraft(content.Length);
        draft.Note(0, content);
        draft.Arrange();
        draft.Write(0, content);
        return Finish(draft, capabilities);
    }

    /// <summary>The image of what a slot holds now. Nobody may be writing to it.</summary>
    internal static MemoryImage Snapshot(MemorySlot slot, MemoryCapabilities? capabilities = null)
    {
        const int piece = 1 << 24;
        var draft = new ImageDraft(slot.Length);
        for (var offset = 0L; offset < slot.Length; offset += piece)
        {
            draft.Note(offset, Piece(offset));
        }
        draft.Arrange();
        for (var offset = 0L; offset < slot.Length; offset += piece)
        {
            draft.Write(offset, Piece(offset));
        }
        return Finish(draft, capabilities);

        ReadOnlySpan<byte> Piece(long offset) => new((byte*)slot.Base + offset, (int)Math.Min(piece, slot.Length - offset));
    }

    /// <summary>Gives the descriptor back. Slots that are rented keep their content; no more can be rented. <see cref="MemoryPool.Forget"/> comes first.</summary>
    public void Dispose() => _file?.Dispose();

    /// <summary>Maps the content into enabled pages; where there is no file, nothing happens and <see cref="CopyTo"/> is to be called at each rent.</summary>
    internal bool MapTo(PageReservation pages, long baseOffset)
    {
        if (_file is null)
        {
            return true;
        }
        foreach (var extent in _extents)
        {
            if (!pages.MapCopyOnWrite(baseOffset + extent.Range.Offset, extent.Range.Bytes, _file, extent.Range.Offset))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Copies the content into enabled pages; where they are mapped, nothing happens.</summary>
    internal void CopyTo(nint basePointer)
    {
        if (_file is not null)
        {
            return;
        }
        foreach (var extent in _extents)
        {
            extent.CopyTo(basePointer);
        }
    }

    private static MemoryImage Finish(ImageDraft draft, MemoryCapabilities? capabilities) =>
        new(draft, IsWorthAFile(draft, capabilities ?? MemoryCapabilities.OfThisHost) ? FileOf(draft) : null);

    private static bool IsWorthAFile(ImageDraft draft, MemoryCapabilities capabilities) =>
        capabilities.CopyOnWrite && draft.ContentPages > SmallPages;

    private static ImageFile? FileOf(ImageDraft draft)
    {
        var file = ImageFile.TryCreate(PageReservation.RoundUp(draft.Length));
        if (file is null)
        {
            return null;
        }
        if (!Array.TrueForAll(draft.Extents, extent => extent.CopyTo(file)))
        {
            file.Dispose();
            return null;
        }
        file.Seal();
        foreach (var extent in draft.Extents)
        {
            extent.Forget();
        }
        return file;
    }
}
