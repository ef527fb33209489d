namespace Tapedeck.Wasm.Compilation;

/// <summary>The type of an IL local or temporary.</summary>
internal enum IlType : byte
{
    I32,
    I64,
    F32,
    F64,
    V128,
    Native,

    /// <summary>The padding whose address tells how deep the stack is.</summary>
    Probe,
}

/// <summary>What IL type a wasm type is, and which instructions load and store it.</summary>
internal static class IlTypes
{
    internal static IlType Of(ValType type) => type switch
    {
        ValType.I32 => IlType.I32,
        ValType.F32 => IlType.F32,
        ValType.F64 => IlType.F64,
        ValType.V128 => IlType.V128,
        _ => IlType.I64,
    };
}
