namespace Tapedeck.Wasm.Compilation;

/// <summary>The IL instructions that read and write a scalar through an address.</summary>
internal static class Indirect
{
    internal static Il Load(ValType type) => type switch
    {
        ValType.I32 => Il.LdindI4,
        ValType.F32 => Il.LdindR4,
        ValType.F64 => Il.LdindR8,
        _ => Il.LdindI8,
    };

    internal static Il Store(ValType type) => type switch
    {
        ValType.I32 => Il.StindI4,
        ValType.F32 => Il.StindR4,
        ValType.F64 => Il.StindR8,
        _ => Il.StindI8,
    };
}
