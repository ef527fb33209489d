namespace Tapedeck.Wasm.Opcodes;

/// <summary>The bytes that announce a two-part opcode.</summary>
internal static class Prefix
{
    internal const byte Miscellaneous = 0xFC;
    internal const byte Vector = 0xFD;
}
