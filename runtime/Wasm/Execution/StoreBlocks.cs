using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution;

/// <summary>Keeps the native blocks of stores for use again.</summary>
internal sealed unsafe class StoreBlocks(int results) : IDisposable
{
    private const int MostKept = 256;
    private readonly ConcurrentStack<nint> _free = new();
    private volatile bool _isDisposed;

    internal nint Take()
    {
        if (!_free.TryPop(out var block))
        {
            block = (nint)NativeMemory.AlignedAlloc((nuint)StoreBlock.SizeFor(results), 64);
        }
        *(StoreBlock*)block = default;
        return block;
    }

    internal void Return(nint block)
    {
        // Results are written before they are read, but no bits of one call should be there for a mistake to find.
        new Span<byte>((void*)block, StoreBlock.SizeFor(results)).Clear();
        if (_free.Count < MostKept && !_isDisposed)
        {
            _free.Push(block);
        }
        else
        {
            NativeMemory.AlignedFree((void*)block);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        while (_free.TryPop(out var block))
        {
            NativeMemory.AlignedFree((void*)block);
        }
    }
}
