namespace Tapedeck.Wasm.Binary;

/// <summary>The type of a block: an index into the types, or else at most one result.</summary>
/// <param name="TypeIndex">Negative where there is no index.</param>
internal readonly record struct BlockType(int TypeIndex, ValType? Result)
{
    internal bool IsIndex => TypeIndex >= 0;
}
