using System.Collections;

namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>
/// Gathers the content of an image in two passes over the same pieces: <see cref="Note"/> finds the pages that are not zero, <see cref="Write"/> fills them.
/// Zero pages stay out, so that they cost nothing until a guest writes to them.
/// </summary>
internal sealed class ImageDraft(long length)
{
    /// <summary>Each extent is up to two mappings of a slot: itself, and the zero pages behind it.</summary>
    internal const int MostExtents = 4;

    private const int SmallGapPages = 16;

    private readonly BitArray _pages = new(checked((int)(PageReservation.RoundUp(length) / PageReservation.PageBytes)));

    internal long Length => length;

    internal int ContentPages { get; private set; }

    internal ImageExtent[] Extents { get; private set; } = [];

    internal void Note(long offset, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes.Length, length);
        ForEachPage(offset, bytes, static (draft, page, _, piece) =>
        {
            if (!draft._pages[page] && piece.ContainsAnyExcept((byte)0))
            {
                draft._pages[page] = true;
            }
        });
    }

    /// <summary>Ends the first pass.</summary>
    internal void Arrange()
    {
        var runs = Runs();
        ContentPages = (int)(runs.Sum(static run => run.Bytes) / PageReservation.PageBytes);
        if (runs.Count == 0)
        {
            return;
        }
        // The widest gaps divide the extents; narrower ones are not worth a mapping.
        var starts = Enumerable.Range(1, runs.Count - 1)
            .Where(run => Gap(run) > SmallGapPages * PageReservation.PageBytes)
            .OrderByDescending(Gap)
            .Take(MostExtents - 1)
            .Append(0)
            .Order()
            .ToArray();
        Extents = [.. starts.Select((start, index) => Extent(runs[start..(index + 1 < starts.Length ? starts[index + 1] : runs.Count)]))];

        long Gap(int run) => runs[run].Offset - runs[run - 1].End;
        static ImageExtent Extent(List<PageRange> runs) => new(new PageRange(runs[0].Offset, runs[^1].End - runs[0].Offset), [.. runs]);
    }

    /// <summary>Writes over what earlier pieces left. On a page without content there is nothing but zeros to write.</summary>
    internal void Write(long offset, ReadOnlySpan<byte> bytes) => ForEachPage(offset, bytes, static (draft, page, at, piece) =>
    {
        if (draft._pages[page])
        {
            var start = page * PageReservation.PageBytes;
            piece.CopyTo(draft.ExtentAt(at).Bytes(start, (int)PageReservation.PageBytes)[(int)(at - start)..]);
        }
    });

    private void ForEachPage(long offset, ReadOnlySpan<byte> bytes, PieceAction act)
    {
        while (!bytes.IsEmpty)
        {
            var page = (int)(offset / PageReservation.PageBytes);
            var count = (int)Math.Min(bytes.Length, ((page + 1L) * PageReservation.PageBytes) - offset);
            act(this, page, offset, bytes[..count]);
            offset += count;
            bytes = bytes[count..];
        }
    }

    private ImageExtent ExtentAt(long offset)
    {
        var extent = 0;
        while (Extents[extent].Range.End <= offset)
        {
            extent++;
        }
        return Extents[extent];
    }

    private List<PageRange> Runs()
    {
        var runs = new List<PageRange>();
        for (var page = 0; page < _pages.Length; page++)
        {
            if (!_pages[page])
            {
                continue;
            }
            var first = page;
            while (page < _pages.Length && _pages[page])
            {
                page++;
            }
            runs.Add(new PageRange(first * PageReservation.PageBytes, (page - first) * PageReservation.PageBytes));
        }
        return runs;
    }

    private delegate void PieceAction(ImageDraft draft, int page, long offset, ReadOnlySpan<byte> piece);
}
