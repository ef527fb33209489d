namespace Tapedeck.Wasm.Validation;

/// <summary>A function or block type as arrays, which compare and copy fast.</summary>
internal sealed record Signature(ValType[] Parameters, ValType[] Results)
{
    private static readonly Signature Empty = new([], []);
    private static readonly Signature?[] OfOne = new Signature?[256];

    static Signature()
    {
        foreach (var type in Enum.GetValues<ValType>())
        {
            OfOne[(int)type] = new([], [type]);
        }
    }

    internal static Signature Of(FuncType type) => new([.. type.Parameters], [.. type.Results]);

    /// <summary>The type of a block without parameters and with at most one result.</summary>
    internal static Signature OfResult(ValType? result) => result is { } type ? OfOne[(int)type]! : Empty;
}
