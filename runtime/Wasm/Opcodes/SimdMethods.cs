using System.Collections.Frozen;
using System.Reflection;
using Tapedeck.Wasm.Execution.Simd;

namespace Tapedeck.Wasm.Opcodes;

/// <summary>The method that performs a vector instruction: its operands in order, then its lane immediates.</summary>
/// <remarks>A memory instruction takes a checked native address where the guest gave an <c>i32</c>.</remarks>
internal static class SimdMethods
{
    private static readonly FrozenDictionary<Opcode, MethodInfo> Methods = OpcodeMethods.In(
        typeof(Bitwise), typeof(V128Memory), typeof(Lanes), typeof(IntegerComparisons), typeof(FloatComparisons),
        typeof(I8x16), typeof(I16x8), typeof(I32x4), typeof(I64x2), typeof(Widening), typeof(Narrowing),
        typeof(F32x4), typeof(F64x2), typeof(Conversions));

    internal static MethodInfo Find(Opcode opcode) => Methods[opcode];
}
