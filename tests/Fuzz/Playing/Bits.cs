using System.Globalization;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Playing;

/// <summary>
/// Values as text, all bits kept: eight hexadecimal digits for 32 bits, sixteen for 64, <c>null</c>, or <c>ref</c> and the number of a host object.
/// </summary>
internal static class Bits
{
    internal const string Null = "null";
    private const string Reference = "ref";

    internal static string Of(uint value) => value.ToString("x8", CultureInfo.InvariantCulture);

    internal static string Of(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);

    internal static string OfReference(int number) => Reference + number;

    internal static uint ReadU32(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    internal static ulong ReadU64(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>The number of a host object, or null for a null reference.</summary>
    internal static int? ReadReference(string text) =>
        text == Null ? null : int.Parse(text[Reference.Length..], CultureInfo.InvariantCulture);

    /// <summary>The types that stand for one type where only integers and host references pass.</summary>
    internal static ValType[] Flat(ValType type) => type switch
    {
        ValType.F32 or ValType.FuncRef => [ValType.I32],
        ValType.F64 => [ValType.I64],
        ValType.V128 => [ValType.I64, ValType.I64],
        _ => [type],
    };
}
