using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tapedeck.Wasm;

/// <summary>A value of any wasm type, 16 bytes, which does not know its type. References are valid in the store they came from only.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly struct Value : IEquatable<Value>
{
    [FieldOffset(0)]
    private readonly Vector128<byte> _v128;

    private Value(Vector128<byte> bits) => _v128 = bits;

    /// <summary>The null reference, and zero of every numeric type.</summary>
    public static Value Null => default;

    public int AsI32 => _v128.AsInt32().ToScalar();
    public long AsI64 => _v128.AsInt64().ToScalar();

    /// <summary>The float, its NaN payload as it is.</summary>
    public float AsF32 => _v128.AsSingle().ToScalar();

    /// <inheritdoc cref="AsF32"/>
    public double AsF64 => _v128.AsDouble().ToScalar();
    public Vector128<byte> AsV128 => _v128;

    /// <summary>Whether a reference is null.</summary>
    public bool IsNull => AsI64 == 0;

    public static Value I32(int value) => new(Vector128.CreateScalar(value).AsByte());
    public static Value I64(long value) => new(Vector128.CreateScalar(value).AsByte());
    public static Value F32(float value) => new(Vector128.CreateScalar(value).AsByte());
    public static Value F64(double value) => new(Vector128.CreateScalar(value).AsByte());
    public static Value V128(Vector128<byte> value) => new(value);

    internal static Value Reference(long reference) => I64(reference);

    /// <summary>Whether all 128 bits are equal.</summary>
    public bool Equals(Value other) => _v128 == other._v128;
    public override bool Equals(object? obj) => obj is Value other && Equals(other);
    public override int GetHashCode() => _v128.GetHashCode();
    public static bool operator ==(Value left, Value right) => left.Equals(right);
    public static bool operator !=(Value left, Value right) => !left.Equals(right);
}
