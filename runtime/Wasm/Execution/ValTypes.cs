using System.Runtime.Intrinsics;

namespace Tapedeck.Wasm.Execution;

/// <summary>The wasm types of the .NET types that typed functions use.</summary>
internal static class ValTypes
{
    internal static ValType[] Of(ReadOnlySpan<Type> types)
    {
        var result = new ValType[types.Length];
        for (var index = 0; index < result.Length; index++)
        {
            result[index] = Of(types[index]);
        }
        return result;
    }

    internal static ValType Of(Type type) =>
        type == typeof(int) ? ValType.I32
        : type == typeof(long) ? ValType.I64
        : type == typeof(float) ? ValType.F32
        : type == typeof(double) ? ValType.F64
        : type == typeof(Vector128<byte>) ? ValType.V128
        : throw new ArgumentException($"{type} is not a type of wasm values: use int, long, float, double or Vector128<byte>");
}
