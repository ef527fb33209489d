using System.Runtime.Intrinsics;
using System.Text.Json;
using Tapedeck.Wasm;

namespace Tapedeck.Conformance.WasmCore;

/// <summary>A value that a script gives as an argument, or a pattern that it expects as a result.</summary>
/// <param name="LaneType">How a <c>v128</c> is cut into lanes.</param>
/// <param name="Value">One text, or a text for each lane; none for a reference that only must not be null.</param>
/// <param name="Values">The patterns of an <c>either</c>.</param>
internal sealed record Literal(string Type, string? LaneType, JsonElement? Value, Literal[]? Values)
{
    internal string? Text => Value?.GetString();

    internal string[] LaneTexts => [.. Value!.Value.EnumerateArray().Select(lane => lane.GetString()!)];

    /// <summary>The value of an argument. The host's references are numbers, kept by the store as objects.</summary>
    internal Value ToValue(Store store) => Type switch
    {
        "i32" => Wasm.Value.I32((int)Lane.Parse("i32", Text!)),
        "i64" => Wasm.Value.I64((long)Lane.Parse("i64", Text!)),
        "f32" => Wasm.Value.F32(BitConverter.UInt32BitsToSingle((uint)Lane.Parse("f32", Text!))),
        "f64" => Wasm.Value.F64(BitConverter.UInt64BitsToDouble(Lane.Parse("f64", Text!))),
        "v128" => Wasm.Value.V128(ToVector()),
        "externref" when Text != "null" => store.ExternRef(uint.Parse(Text!)),
        "externref" or "funcref" when Text == "null" => Wasm.Value.Null,
        _ => throw new NotSupportedException($"an argument of type {Type}"),
    };

    public override string ToString() => Values is null ? $"{Type}{Suffix} {Value}" : $"either of {string.Join<Literal>(" | ", Values)}";

    private string Suffix => LaneType is null ? "" : $" as {LaneType}";

    private Vector128<byte> ToVector()
    {
        var texts = LaneTexts;
        Span<byte> bytes = stackalloc byte[16];
        for (var lane = 0; lane < texts.Length; lane++)
        {
            Lane.Write(LaneType!, bytes, lane, Lane.Parse(LaneType!, texts[lane]));
        }
        return Vector128.Create<byte>(bytes);
    }
}
