using System.Diagnostics.CodeAnalysis;

namespace Tapedeck.Wasm.Execution;

/// <summary>What compiled code calls to trap.</summary>
/// <remarks>The methods do nothing but throw: the JIT sees that, does not inline them, and moves the call out of the hot path.
/// With <c>NoInlining</c> it would not look, and would treat them as calls that come back.</remarks>
internal static class Traps
{
    [DoesNotReturn]
    internal static void Unreachable() => throw New(TrapCode.Unreachable);

    [DoesNotReturn]
    internal static void IntegerDivideByZero() => throw New(TrapCode.IntegerDivideByZero);

    [DoesNotReturn]
    internal static void IntegerOverflow() => throw New(TrapCode.IntegerOverflow);

    [DoesNotReturn]
    internal static void InvalidConversionToInteger() => throw New(TrapCode.InvalidConversionToInteger);

    [DoesNotReturn]
    internal static void OutOfBoundsMemoryAccess() => throw New(TrapCode.OutOfBoundsMemoryAccess);

    [DoesNotReturn]
    internal static void OutOfBoundsTableAccess() => throw New(TrapCode.OutOfBoundsTableAccess);

    [DoesNotReturn]
    internal static void UndefinedElement() => throw New(TrapCode.UndefinedElement);

    [DoesNotReturn]
    internal static void UninitializedElement() => throw New(TrapCode.UninitializedElement);

    [DoesNotReturn]
    internal static void IndirectCallTypeMismatch() => throw New(TrapCode.IndirectCallTypeMismatch);

    [DoesNotReturn]
    internal static void CallStackExhausted() => throw New(TrapCode.CallStackExhausted);

    [DoesNotReturn]
    internal static void Interrupted() => throw New(TrapCode.Interrupted);

    /// <summary>The exception itself, for code that ends in IL <c>throw</c>.</summary>
    internal static TrapException New(TrapCode code) => new(code);
}
