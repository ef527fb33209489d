namespace Tapedeck.Wasm.Tests;

/// <summary>Function types that many tests use.</summary>
internal static class Types
{
    internal static readonly FuncType None = new([], []);
    internal static readonly FuncType ToI32 = new([], [ValType.I32]);
    internal static readonly FuncType I32ToI32 = new([ValType.I32], [ValType.I32]);
    internal static readonly FuncType I32 = new([ValType.I32], []);
}
