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
    private const int MostTrace = 4_000;

    public TrapException(TrapCode code) : base(TextOf(code)) => Code = code;

    public TrapException(string text) : base(text) => Code = TrapCode.Other;

    public TrapCode Code { get; }

    /// <summary>The frames where it was thrown, the innermost of them only: a guest chooses how many there are, and a trace of 100,000 is a megabyte of somebody's log.</summary>
    public override string? StackTrace
    {
        get
        {
            var trace = base.StackTrace;
            return trace is { Length: > MostTrace } ? $"{trace.AsSpan(0, MostTrace)}..." : trace;
        }
    }

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
