using Tapedeck.Wasm.Binary;

namespace Tapedeck.Fuzz.Modules;

/// <summary>A data segment of a generated module.</summary>
/// <param name="Offset">The offset of an active segment.</param>
internal sealed record Data(SegmentMode Mode, int Memory, Node? Offset, byte[] Bytes);
