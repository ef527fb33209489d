namespace Tapedeck.Wasm.Execution;

/// <summary>
/// A function reference as a 64-bit value of one store: the instance's index and the function's, so that it needs no allocation and no pointer.
/// 0 is null.
/// </summary>
internal static class FunctionReference
{
    /// <summary>Stands for an instance in references to host functions.</summary>
    internal const int Host = int.MaxValue;

    internal static long Pack(int instance, int function) => ((long)instance << 32) | (uint)(function + 1);

    internal static int Instance(long reference) => (int)(reference >> 32);

    internal static int Function(long reference) => (int)reference - 1;
}
