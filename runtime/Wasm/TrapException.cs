namespace Tapedeck.Wasm;

/// <summary>Why guest code stopped. The list is closed; <see cref="Other"/> is for a back end that knows a reason of its own.</summary>
public enum TrapCode
{
    Unreachable,
    IntegerDivideByZero,
    IntegerOverflow,
    InvalidConversionToInteger,
    OutOfBoundsMemoryAccess,
    OutOfBoundsTableAccess,
    UndefinedElement,
    UninitializedElement,
    IndirectCallTypeMismatch,
    CallStackExhausted,
    Interrupted,
    Other,
}

/// <summary>Guest code trapped. The message is the specification's text for the trap.</summary>
public sealed class TrapException : Exception
{
    public TrapException(TrapCode code) : base(TextOf(code)) => Code = code;

    public TrapException(string text) : base(text) => Code = TrapCode.Other;

    public TrapCode Code { get; }

    private static string TextOf(TrapCode code) => code switch
    {
        TrapCode.Unreachable => "unreachable",
        TrapCode.IntegerDivideByZero => "integer divide by zero",
        TrapCode.IntegerOverflow => "integer overflow",
        TrapCode.InvalidConversionToInteger => "invalid conversion to integer",
        TrapCode.OutOfBoundsMemoryAccess => "out of bounds memory access",
        TrapCode.OutOfBoundsTableAccess => "out of bounds table access",
        TrapCode.UndefinedElement => "undefined element",
        TrapCode.UninitializedElement => "uninitialized element",
        TrapCode.IndirectCallTypeMismatch => "indirect call type mismatch",
        TrapCode.CallStackExhausted => "call stack exhausted",
        TrapCode.Interrupted => "interrupted",
        _ => throw new ArgumentOutOfRangeException(nameof(code)),
    };
}
