using System.Collections.Concurrent;
using System.Runtime.InteropServices;
namespace Tapedeck.Wasm.Execution.Memories;
internal static unsafe class MemoryHeader
{
    internal const int Bytes = 64;
    internal const int LengthOffset = -48;
    internal static int LimitOffset(int width) => width switch { 1 => -8, 2 => -16, 4 => -24, 8 => -32, 16 => -40, _ => throw new ArgumentOutOfRangeException(nameof(width)) };
    internal static long ReadLength(nint b) => *(long*)(b + LengthOffset);
    internal static void Write(nint b, long length)
    {
        foreach (var w in new[] { 1, 2, 4, 8, 16 }) { *(long*)(b + LimitOffset(w)) = length - w; }
        *(long*)(b + LengthOffset) = length;
    }
}
internal sealed class MemoryImage
{
    internal byte[] Content = [];
    internal long Length => Content.Length;
    internal static MemoryImage Build(ReadOnlySpan<byte> content, bool isPatchable) => new() { Content = content.ToArray() };
    internal static MemoryImage Build((long Offset, ReadOnlyMemory<byte> Bytes)[] segments)
    {
        var end = segments.Max(s => s.Offset + s.Bytes.Length);
        var content = new byte[end];
        foreach (var (o, b) in segments) { b.Span.CopyTo(content.AsSpan((int)o)); }
        return new MemoryImage { Content = content };
    }
    internal void Patch(long offset, long value) => MemoryMarshal.Write(Content.AsSpan((int)offset), value);
}
internal sealed unsafe class MemorySlot(nint b, long max)
{
    internal nint Base => b;
    internal long Length { get; private set; }
    internal long Max => max;
    internal void Set(long length) { Length = length; MemoryHeader.Write(b, length); }
    internal bool Grow(long length) { if (length > max) { return false; } Set(length); return true; }
}
internal sealed unsafe class MemoryPool : IDisposable
{
    [DllImport("libc")] private static extern nint mmap(nint a, nint l, int p, int f, int fd, nint o);
    [DllImport("libc")] private static extern int munmap(nint a, nint l);
    private const long Reserve = (4L << 30) + 65536 + 65536;
    internal MemorySlot Rent(MemoryImage? image, long initial, long max)
    {
        var p = mmap(0, (nint)Reserve, 3, 0x4022, -1, 0);
        if (p == -1) { throw new OutOfMemoryException(); }
        var slot = new MemorySlot(p + 65536, max);
        slot.Set(initial);
        if (image is not null) { image.Content.CopyTo(new Span<byte>((void*)slot.Base, image.Content.Length)); }
        return slot;
    }
    internal void Return(MemorySlot slot) => munmap(slot.Base - 65536, (nint)Reserve);
    public void Dispose() { }
}
