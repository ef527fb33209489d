namespace Tapedeck.Wasm;

/// <summary>A value type of <see href="https://webassembly.github.io/spec/core/binary/types.html">the specification</see>, by its binary code.</summary>
public enum ValType : byte
{
    ExternRef = 0x6F,
    FuncRef = 0x70,
    V128 = 0x7B,
    F64 = 0x7C,
    F32 = 0x7D,
    I64 = 0x7E,
    I32 = 0x7F,
}
