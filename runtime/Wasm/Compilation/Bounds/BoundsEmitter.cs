using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Compilation.Bounds;

/// <summary>
/// Compiles the bounds checks of memory accesses, and leaves out those that cannot fail. RATIONALE.md, "Which bounds checks are left out?" The effective address is
/// 64 bits wide, so it cannot wrap, and is compared, as a signed number, with <c>length - width</c>, which is negative for a memory that is too small.
/// </summary>
internal sealed class BoundsEmitter(MethodContext method)
{
    private readonly IlWriter _il = method.Il;
    private readonly OperandStack _stack = method.Stack;

    /// <summary>Computes the effective address of the operand at <paramref name="index"/> and checks it. The operand stays.</summary>
    internal (int Local, TemporarySet Mask) Check(MemoryArgument argument, int width, int index)
    {
        _il.Append(_stack.Code(index));
        _il.Op(Il.ConvU8);
        if (argument.Offset != 0)
        {
            Constants.LoadI64(_il, argument.Offset);
            _il.Op(Il.Add);
        }
        var (local, mask) = method.Temporaries.Take(IlType.I64);
        Variables.Store(_il, local);
        var end = (ulong)argument.Offset + (uint)width;
        ref var address = ref _stack[index];
        // A memory never shrinks: it has at least its least size.
        if (address.Most + end <= (ulong)method.Module.Memories[argument.Memory].Limits.Min * Memory.PageBytes)
        {
            return (local, mask);
        }
        var isNamed = argument.Memory == 0 && address.Local >= 0;
        if (isNamed && method.Checked.Covers(address.Local, address.Plus, end))
        {
            return (local, mask);
        }
        Variables.Load(_il, local);
        Compare(argument.Memory, width, method.Trap(TrapCode.OutOfBoundsMemoryAccess));
        if (isNamed)
        {
            method.Checked.Add(address.Local, address.Plus, end);
        }
        return (local, mask);
    }

    /// <summary>Branches if there are not <paramref name="width"/> bytes of memory behind the address on the IL stack.</summary>
    private void Compare(int memory, int width, IlLabel isOutside)
    {
        if (memory == 0 && method.HasFixedLimits)
        {
            Variables.Load(_il, method.UseLimit(width));
        }
        else
        {
            method.LoadMemoryBase(memory);
            _il.Op(Il.LdcI4, MemoryHeader.LimitOffset(width));
            _il.Op(Il.Add);
            _il.Op(Il.LdindI8);
        }
        _il.Branch(Il.Bgt, isOutside);
    }
}
