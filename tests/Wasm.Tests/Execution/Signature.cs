using System.Reflection;
using System.Runtime.Intrinsics;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>The types that an instruction's method must have, told from the instruction's name.</summary>
internal static class Signature
{
    private static readonly Type V128 = typeof(Vector128<byte>);

    private static readonly string[] Unary =
    [
        "Not", "Abs", "Neg", "Popcnt", "Ceil", "Floor", "Nearest", "Sqrt", "Trunc", "Extend", "Extadd", "TruncSat", "Convert", "Demote", "Promote",
    ];

    internal static (Type Result, Type[] Parameters) Of(Opcode opcode)
    {
        var name = opcode.ToString();
        return name.StartsWith("V128Load", StringComparison.Ordinal) || name.StartsWith("V128Store", StringComparison.Ordinal)
            ? OfMemory(name)
            : OfLanes(name[..name.IndexOfAny(['x', '8'], 1)], name.StartsWith("V128", StringComparison.Ordinal) ? name[4..] : name[5..].TrimStart('6'));
    }

    internal static bool IsImmediate(ParameterInfo parameter) => parameter.Name is "lane" or "low" or "high";

    internal static int WidthOf(Type type) => type == V128 ? 128 : type == typeof(long) || type == typeof(double) ? 64 : 32;

    private static (Type, Type[]) OfMemory(string name)
    {
        var result = name.StartsWith("V128Load", StringComparison.Ordinal) ? V128 : typeof(void);
        if (name.EndsWith("Lane", StringComparison.Ordinal))
        {
            return (result, [typeof(nint), V128, typeof(int)]);
        }

        return (result, result == V128 ? [typeof(nint)] : [typeof(nint), V128]);
    }

    private static (Type, Type[]) OfLanes(string lane, string operation)
    {
        var scalar = lane switch { "F32" => typeof(float), "F64" => typeof(double), "I64" => typeof(long), _ => typeof(int) };
        return operation switch
        {
            "Const" => (V128, [typeof(long), typeof(long)]),
            "Shuffle" => (V128, [V128, V128, typeof(long), typeof(long)]),
            "Splat" => (V128, [scalar]),
            "ExtractLane" or "ExtractLaneS" or "ExtractLaneU" => (scalar, [V128, typeof(int)]),
            "ReplaceLane" => (V128, [V128, scalar, typeof(int)]),
            "AnyTrue" or "AllTrue" or "Bitmask" => (typeof(int), [V128]),
            "Shl" or "ShrS" or "ShrU" => (V128, [V128, typeof(int)]),
            "Bitselect" => (V128, [V128, V128, V128]),
            _ => (V128, Unary.Any(u => operation.StartsWith(u, StringComparison.Ordinal)) && !operation.StartsWith("Extmul", StringComparison.Ordinal)
                ? [V128] : [V128, V128]),
        };
    }
}
