using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tapedeck.Wasm.Compilation;

/// <summary>How a wasm function looks to the runtime: its parameters, then the context; all but the last result come through the store.</summary>
internal static class ClrSignature
{
    internal static (Type[] Parameters, Type Result) Of(FuncType type) =>
        ([.. type.Parameters.Select(static parameter => Of(IlTypes.Of(parameter))), typeof(nint)],
            type.Results.Count == 0 ? typeof(void) : Of(IlTypes.Of(type.Results[^1])));

    internal static Type Of(IlType type) => type switch
    {
        IlType.I32 => typeof(int),
        IlType.I64 => typeof(long),
        IlType.F32 => typeof(float),
        IlType.F64 => typeof(double),
        IlType.V128 => typeof(Vector128<byte>),
        IlType.Native => typeof(nint),
        IlType.Probe => typeof(StackProbe),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}

/// <summary>A local whose address tells how deep the stack is. Its size bounds the depth of recursion, and so the time to unwind it.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct StackProbe
{
    internal long First;
}
