using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>A part of an image that is mapped at once: runs of pages with content and, between them, pages without.</summary>
internal sealed class ImageExtent(PageRange range, PageRange[] runs)
{
    private const int Piece = 1 << 24;

    // One buffer a run, so that a few bytes far from each other take a few pages. Words, since an array of bytes could not be as long as a run.
    private long[][]? _words = Array.ConvertAll(runs, static run => new long[run.Bytes / sizeof(long)]);

    internal PageRange Range => range;

    /// <summary>The bytes of whole pages of one run.</summary>
    /// <param name="offset">Where the first lies, from the memory's base.</param>
    internal Span<byte> Bytes(long offset, int count)
    {
        var run = RunAt(offset);
        return Bytes(run, offset - runs[run].Offset, count);
    }

    /// <returns>False if the system has no room.</returns>
    internal bool CopyTo(ImageFile file)
    {
        for (var run = 0; run < runs.Length; run++)
        {
            // A span cannot be as long as a run.
            for (var at = 0L; at < runs[run].Bytes; at += Piece)
            {
                if (!file.Write(runs[run].Offset + at, Bytes(run, at, (int)Math.Min(Piece, runs[run].Bytes - at))))
                {
                    return false;
                }
            }
        }
        return true;
    }

    internal unsafe void CopyTo(nint basePointer)
    {
        for (var run = 0; run < runs.Length; run++)
        {
            fixed (long* words = _words![run])
            {
                Buffer.MemoryCopy(words, (void*)(basePointer + (nint)runs[run].Offset), runs[run].Bytes, runs[run].Bytes);
            }
        }
    }

    /// <summary>Drops the content, which is in a file now.</summary>
    internal void Forget() => _words = null;

    private Span<byte> Bytes(int run, long start, int count) =>
        MemoryMarshal.AsBytes(_words![run].AsSpan((int)(start / sizeof(long)), count / sizeof(long)));

    private int RunAt(long offset)
    {
        var (low, high) = (0, runs.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = runs[middle].End <= offset ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
