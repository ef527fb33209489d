using System.Buffers;

namespace Tapedeck.Mcp.Protocol;

/// <summary>A growing message in memory of the pool. Nothing of it may be read after it was disposed of.</summary>
internal sealed class PooledBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    /// <summary>The pool keeps what it gets back, of each size as much as was ever in use at once, which for large messages adds up to many times what they need.</summary>
    private const int MostPooled = 1 << 20;

    private byte[] _array = Rent(capacity);
    private int _length;

    internal ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    internal int Length => _length;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _array.AsSpan(_length);
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_array.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Dispose()
    {
        var array = _array;
        _array = [];
        _length = 0;
        Return(array);
    }

    private void Ensure(int more)
    {
        var needed = _length + Math.Max(more, 1);
        if (needed > _array.Length)
        {
            var larger = Rent(Math.Max(needed, (int)Math.Min(Array.MaxLength, 2L * _array.Length)));
            _array.AsSpan(0, _length).CopyTo(larger);
            Return(_array);
            _array = larger;
        }
    }

    private static byte[] Rent(int bytes) => bytes <= MostPooled ? ArrayPool<byte>.Shared.Rent(bytes) : GC.AllocateUninitializedArray<byte>(bytes);

    private static void Return(byte[] array)
    {
        if (array.Length is > 0 and <= MostPooled)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
