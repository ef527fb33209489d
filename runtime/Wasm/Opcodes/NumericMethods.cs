using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Tapedeck.Wasm.Execution.Numerics;

namespace Tapedeck.Wasm.Opcodes;

/// <summary>The method that performs a scalar instruction for which IL has none of its own.</summary>
internal static class NumericMethods
{
    private static readonly FrozenDictionary<Opcode, MethodInfo> Methods = OpcodeMethods.In(
        typeof(I32), typeof(I64), typeof(F32), typeof(F64),
        typeof(TrappingTruncations), typeof(SaturatingTruncations), typeof(FloatConversions));

    internal static bool TryFind(Opcode opcode, [NotNullWhen(true)] out MethodInfo? method) => Methods.TryGetValue(opcode, out method);
}
