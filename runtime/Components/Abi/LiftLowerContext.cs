using Tapedeck.Wasm;

namespace Tapedeck.Components.Abi;

/// <summary>What lifting and lowering of one call works with: memory and <c>realloc</c>, the handle table, and who answers for borrowed handles.</summary>
/// <param name="task">Of a lifted function: the scope of the borrows that it gets.</param>
/// <param name="subtask">Of a lowered function: keeps the handles that it lends. Null where the callee is the host, during whose calls no guest code runs.</param>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#lifting-and-lowering-context"/></remarks>
internal readonly struct LiftLowerContext(CanonicalOptions options, InstanceState inst, Task? task = null, Subtask? subtask = null)
{
    internal CanonicalOptions Options { get; } = options;
    internal InstanceState Inst { get; } = inst;
    internal Task? Task { get; } = task;
    internal Subtask? Subtask { get; } = subtask;

    /// <summary>The bytes of a range that was found valid. Guest code may move them, so they are taken anew after any.</summary>
    internal Span<byte> Memory(uint pointer, uint length) => Options.Memory!.Slice(pointer, (int)length);

    /// <summary>Pays for memory of the host that a value is about to take.</summary>
    internal void Charge(long bytes) => Inst.Call.Charge(bytes);

    /// <summary>Whether a range lies in the memory.</summary>
    internal bool IsWithin(uint pointer, ulong length) => pointer + length <= (ulong)Options.Memory!.Length;

    internal uint Allocate(uint alignment, uint length) => Reallocate(0, 0, alignment, length);

    /// <summary>Asks the guest for memory, and believes nothing of its answer.</summary>
    /// <exception cref="TrapException">The answer is not aligned, or not within the memory.</exception>
    internal uint Reallocate(uint old, uint oldLength, uint alignment, uint length)
    {
        ReadOnlySpan<Value> arguments = [Value.I32((int)old), Value.I32((int)oldLength), Value.I32((int)alignment), Value.I32((int)length)];
        Span<Value> result = [default];
        Inst.MayLeave = false;
        Options.Realloc!.Call(arguments, result);
        Inst.MayLeave = true;
        var pointer = (uint)result[0].AsI32;
        Trap.If((pointer & (alignment - 1)) != 0, "realloc return: result not aligned");
        Trap.If(!IsWithin(pointer, length), "realloc return: beyond end of memory");
        return pointer;
    }
}
