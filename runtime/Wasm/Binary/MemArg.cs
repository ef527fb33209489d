namespace Tapedeck.Wasm.Binary;

/// <summary>The immediate of a load or store.</summary>
/// <param name="Align">The logarithm of the alignment.</param>
internal readonly record struct MemArg(int Align, int Memory, uint Offset);
