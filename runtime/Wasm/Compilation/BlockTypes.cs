namespace Tapedeck.Wasm.Compilation;

/// <summary>The function types that stand for the shorthand block types: no parameters, at most one result.</summary>
internal static class BlockTypes
{
    private const byte Empty = 0x40;

    private static readonly FuncType[] Shorthands = [.. Enumerable.Range(0, 128).Select(static code =>
        new FuncType([], code == Empty || !Enum.IsDefined((ValType)code) ? [] : [(ValType)code]))];

    internal static FuncType OfShorthand(byte code) => Shorthands[code];
}
