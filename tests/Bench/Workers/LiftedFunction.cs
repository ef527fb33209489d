using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>A core function that a component lifts, with what the canonical ABI needs to pass strings and lists.</summary>
internal sealed record LiftedFunction(Func Function, Memory Memory, Func Realloc, Func PostReturn)
{
    /// <summary>The whole memory; to be taken again after each call.</summary>
    internal Span<byte> Bytes => Memory.Slice(0, (int)Memory.Length);

    internal int Allocate(int alignment, int size) => Call(Realloc, [Value.I32(0), Value.I32(0), Value.I32(alignment), Value.I32(size)]);

    internal int Call(int pointer, int length) => Call(Function, [Value.I32(pointer), Value.I32(length)]);

    internal void Return(int result) => PostReturn.Call([Value.I32(result)], []);

    private static int Call(Func function, ReadOnlySpan<Value> arguments)
    {
        Span<Value> results = stackalloc Value[1];
        function.Call(arguments, results);
        return results[0].AsI32;
    }
}
