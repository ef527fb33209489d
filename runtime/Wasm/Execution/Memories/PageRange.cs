namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>Whole pages of a memory, by their offset from its base.</summary>
internal readonly record struct PageRange(long Offset, long Bytes)
{
    internal long End => Offset + Bytes;
}
