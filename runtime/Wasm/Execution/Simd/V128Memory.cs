using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Loads and stores of <c>v128</c>. The address is native, unaligned, and was checked by the caller.</summary>
internal static unsafe class V128Memory
{
    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load(nint address) => Vector128.Load((byte*)address);

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load8x8S(nint address) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Read<long>(address)).AsSByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load8x8U(nint address) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Read<long>(address)).AsByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load16x4S(nint address) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Read<long>(address)).AsInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load16x4U(nint address) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Read<long>(address)).AsUInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load32x2S(nint address) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Read<long>(address)).AsInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load32x2U(nint address) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Read<long>(address)).AsUInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load8Splat(nint address) => Vector128.Create(Read<byte>(address));

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load16Splat(nint address) => Vector128.Create(Read<ushort>(address)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load32Splat(nint address) => Vector128.Create(Read<uint>(address)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load64Splat(nint address) => Vector128.Create(Read<ulong>(address)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load32Zero(nint address) => Vector128.CreateScalar(Read<uint>(address)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load64Zero(nint address) => Vector128.CreateScalar(Read<ulong>(address)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static void V128Store(nint address, V128 vector) => vector.Store((byte*)address);

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load8Lane(nint address, V128 vector, int lane) => vector.WithElement(lane, Read<byte>(address));

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load16Lane(nint address, V128 vector, int lane) =>
        vector.AsUInt16().WithElement(lane, Read<ushort>(address)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load32Lane(nint address, V128 vector, int lane) =>
        vector.AsUInt32().WithElement(lane, Read<uint>(address)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Load64Lane(nint address, V128 vector, int lane) =>
        vector.AsUInt64().WithElement(lane, Read<ulong>(address)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static void V128Store8Lane(nint address, V128 vector, int lane) =>
        Unsafe.WriteUnaligned((void*)address, vector.GetElement(lane));

    [MethodImpl(AggressiveInlining)]
    internal static void V128Store16Lane(nint address, V128 vector, int lane) =>
        Unsafe.WriteUnaligned((void*)address, vector.AsUInt16().GetElement(lane));

    [MethodImpl(AggressiveInlining)]
    internal static void V128Store32Lane(nint address, V128 vector, int lane) =>
        Unsafe.WriteUnaligned((void*)address, vector.AsUInt32().GetElement(lane));

    [MethodImpl(AggressiveInlining)]
    internal static void V128Store64Lane(nint address, V128 vector, int lane) =>
        Unsafe.WriteUnaligned((void*)address, vector.AsUInt64().GetElement(lane));

    [MethodImpl(AggressiveInlining)]
    private static T Read<T>(nint address) where T : unmanaged => Unsafe.ReadUnaligned<T>((void*)address);
}
