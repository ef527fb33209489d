using System.Runtime.Intrinsics;
using Tapedeck.Wasm;

namespace Tapedeck.Conformance.WasmCore;

/// <summary>Compares what came with what a script expects.</summary>
internal static class Expectation
{
    internal static Outcome Compare(Literal[] expected, Value[] actual, Store store)
    {
        if (expected.Length != actual.Length)
        {
            return Outcome.Failed($"{expected.Length} results expected, {actual.Length} came");
        }
        for (var i = 0; i < expected.Length; i++)
        {
            if (!Matches(expected[i], actual[i], store))
            {
                return Outcome.Failed($"result {i}: expected {expected[i]}, got {Show(expected[i], actual[i], store)}");
            }
        }
        return Outcome.Passed;
    }

    /// <summary>True if a message says what is expected. An engine may know more than the script (which import it was), and the script more
    /// than an engine (which element), so either may go on where the other ends.</summary>
    internal static bool Says(string message, string expected) =>
        message.Length > 0 && (message.Contains(expected, StringComparison.Ordinal) || expected.StartsWith(message, StringComparison.Ordinal));

    private static bool Matches(Literal expected, Value actual, Store store) => expected.Type switch
    {
        "either" => expected.Values!.Any(one => Matches(one, actual, store)),
        "i32" or "i64" or "f32" or "f64" => Lane.Matches(expected.Type, expected.Text!, Bits(expected.Type, actual)),
        "v128" => LanesMatch(expected, actual.AsV128),
        "refnull" => actual.IsNull,
        _ => ReferenceMatches(expected, actual, store),
    };

    private static bool LanesMatch(Literal expected, Vector128<byte> actual)
    {
        Span<byte> bytes = stackalloc byte[16];
        actual.CopyTo(bytes);
        var texts = expected.LaneTexts;
        for (var lane = 0; lane < texts.Length; lane++)
        {
            if (!Lane.Matches(expected.LaneType!, texts[lane], Lane.Read(expected.LaneType!, bytes, lane)))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Without a value, any reference of the type that is not null.</summary>
    private static bool ReferenceMatches(Literal expected, Value actual, Store store) => (expected.Type, expected.Text) switch
    {
        ("externref" or "funcref", "null") => actual.IsNull,
        ("nullexternref" or "nullfuncref", _) => actual.IsNull,
        ("funcref", null) => !actual.IsNull && store.FuncOf(actual) is not null,
        ("externref", null) => !actual.IsNull,
        ("externref", var number) => !actual.IsNull && store.ObjectOf(actual) is uint held && held == uint.Parse(number),
        _ => throw new NotSupportedException($"a result of type {expected.Type}"),
    };

    private static ulong Bits(string type, Value value) => type switch
    {
        "i32" => (uint)value.AsI32,
        "i64" => (ulong)value.AsI64,
        "f32" => BitConverter.SingleToUInt32Bits(value.AsF32),
        _ => BitConverter.DoubleToUInt64Bits(value.AsF64),
    };

    private static string Show(Literal expected, Value actual, Store store) => expected.Type switch
    {
        "i32" or "i64" => Bits(expected.Type, actual).ToString(),
        "f32" => $"{Bits("f32", actual)} (0x{Bits("f32", actual):x8})",
        "f64" => $"{Bits("f64", actual)} (0x{Bits("f64", actual):x16})",
        "v128" or "either" => $"{actual.AsV128.AsUInt32():x8}",
        _ => actual.IsNull ? "null" : $"{store.ObjectOf(actual) ?? "a reference"}",
    };
}
