using Tapedeck.Wasm;
using Tapedeck.Wasm.Binary;

namespace Tapedeck.Fuzz.Modules;

/// <summary>An element segment of a generated module.</summary>
/// <param name="Offset">The offset of an active segment.</param>
/// <param name="Functions">The functions, where the segment is to hold indices and not <paramref name="Items"/>.</param>
internal sealed record Element(SegmentMode Mode, ValType Type, int Table, Node? Offset, int[]? Functions, Node[] Items)
{
    internal int Count => Functions?.Length ?? Items.Length;
}
