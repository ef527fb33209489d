using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>A part of an image that is mapped at once: runs of pages with content and, between them, few pages without.</summary>
internal sealed class ImageExtent(PageRange range, PageRange[] runs)
{
    private const int Piece = 1 << 24;

    // Words, so that they are aligned for a patch.
    private long[]? _words = new long[range.Bytes / sizeof(long)];

    internal PageRange Range => range;

    /// <summary>The bytes of whole pages.</summary>
    /// <param name="offset">Where the first lies, from the memory's base.</param>
    internal Span<byte> Bytes(long offset, int count) => MemoryMarshal.AsBytes(_words.AsSpan(Word(offset), count / sizeof(long)));

    internal void Store(long offset, long value) => Volatile.Write(ref _words![Word(offset)], value);

    internal bool CopyTo(ImageFile file)
    {
        foreach (var run in runs)
        {
            // A span cannot be as long as a run.
            for (var at = run.Offset; at < run.End; at += Piece)
            {
                if (!file.Write(at, Bytes(at, (int)Math.Min(Piece, run.End - at))))
                {
                    return false;
                }
            }
        }
        return true;
    }

    internal unsafe void CopyTo(nint basePointer)
    {
        fixed (long* words = _words)
        {
            foreach (var run in runs)
            {
                Buffer.MemoryCopy(words + Word(run.Offset), (void*)(basePointer + (nint)run.Offset), run.Bytes, run.Bytes);
            }
        }
    }

    /// <summary>Copies while others may call <see cref="Store"/>: every word comes over whole.</summary>
    internal unsafe void CopyWordsTo(nint basePointer)
    {
        var to = (long*)(basePointer + (nint)range.Offset);
        for (var word = 0; word < _words!.Length; word++)
        {
            to[word] = Volatile.Read(ref _words[word]);
        }
    }

    /// <summary>Drops the content, which is in a file now.</summary>
    internal void Forget() => _words = null;

    private int Word(long offset) => (int)((offset - range.Offset) / sizeof(long));
}
