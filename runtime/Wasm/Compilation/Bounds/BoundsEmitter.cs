using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Compilation.Bounds;

/// <summary>
/// Compiles the bounds checks of memory accesses, and leaves out those that cannot fail. RATIONALE.md, "Which bounds checks are left out?" The effective address is
/// 64 bits wide, so it cannot wrap, and is compared, as a signed number, with <c>length - width</c>, which is negative for a memory that is too small.
/// </summary>
internal sealed class BoundsEmitter(MethodContext method, VariableEmitter variables)
{
    /// <summary>How far apart the addresses of accesses may be that are checked at once.</summary>
    private const int MostApart = ushort.MaxValue;

    private readonly IlWriter _il = method.Il;
    private readonly OperandStack _stack = method.Stack;
    private readonly List<Access> _accesses = [];

    /// <summary>Computes the effective address of the operand at <paramref name="index"/> and checks it. The operand stays.</summary>
    /// <param name="next">Where the instruction behind a load starts; -1 for an access that changes something, which cannot wait for what comes later.</param>
    internal (int Local, UInt128 Mask) Check(MemoryArgument argument, int width, int index, int next)
    {
        _il.Append(_stack.Code(index));
        _il.Op(Il.ConvU8);
        AddConstant(argument.Offset);
        var (local, mask) = method.Temporaries.Take(IlType.I64);
        Variables.Store(_il, local);
        var end = (ulong)argument.Offset + (uint)width;
        ref var address = ref _stack[index];
        // A memory never shrinks: it has at least its least size.
        if (address.Most + end <= (ulong)method.Module.Memories[argument.Memory].Limits.Min * Memory.PageBytes)
        {
            return (local, mask);
        }
        if (argument.Memory != 0 || address.Local < 0)
        {
            Variables.Load(_il, local);
            Compare(argument.Memory, width, method.Trap(TrapCode.OutOfBoundsMemoryAccess));
        }
        else if (!method.Checked.Covers(address.Local, address.Plus, end))
        {
            CheckWithFollowing(index, new Access(address.Plus, end, width), local, next);
        }
        return (local, mask);
    }

    /// <summary>Writes what groups of accesses go to whose common check failed, behind all other code: each for itself, and back.</summary>
    internal static void WriteSeparateChecks(MethodContext method)
    {
        var bounds = new BoundsEmitter(method, null!);
        foreach (var group in method.SeparateChecks)
        {
            method.Il.Mark(group.Label);
            foreach (var access in group.Accesses)
            {
                bounds.LoadAddress(group.Address, access.Plus, access.End - (uint)group.Width);
                bounds.Compare(0, group.Width, method.Trap(TrapCode.OutOfBoundsMemoryAccess));
            }
            method.Il.Branch(Il.Br, group.Back);
        }
    }

    private void CheckWithFollowing(int index, Access access, int effective, int next)
    {
        FindGroup(_stack[index].Local, access, next);
        if (_accesses.Count == 1)
        {
            Variables.Load(_il, effective);
            Compare(0, access.Width, method.Trap(TrapCode.OutOfBoundsMemoryAccess));
        }
        else
        {
            CheckGroup(index, access);
        }
        foreach (var member in _accesses)
        {
            method.Checked.Add(_stack[index].Local, member.Plus, member.End);
        }
    }

    private void CheckGroup(int index, Access access)
    {
        var least = _accesses.MinBy(static member => (int)member.Plus).Plus;
        var width = _accesses.Min(static member => member.Width);
        var reach = _accesses.Max(member => member.Plus - least + member.End);
        if (_accesses.TrueForAll(member => member.Plus == least))
        {
            LoadAddress(_stack.Code(index), 0, reach - (uint)width);
            Compare(0, width, method.Trap(TrapCode.OutOfBoundsMemoryAccess));
        }
        else
        {
            var (separate, back) = (_il.NewLabel(), _il.NewLabel());
            LoadAddress(_stack.Code(index), least - access.Plus, reach - (uint)width);
            Compare(0, width, separate);
            _il.Mark(back);
            var accesses = _accesses.Select(member => member with { Plus = member.Plus - access.Plus }).Distinct().ToArray();
            method.SeparateChecks.Add(new AccessGroup(separate, back, [.. _stack.Code(index)], accesses, width));
        }
    }

    private void FindGroup(int local, Access access, int next)
    {
        _accesses.Clear();
        _accesses.Add(access);
        if (next >= 0 && variables.IndexOf(local) is { } index)
        {
            AccessScanner.Scan(method.Module.Bytes.Span, next, method.Boundary, index, _accesses);
            _accesses.RemoveAll(member => Math.Abs((long)(int)(member.Plus - access.Plus)) > MostApart / 2);
        }
    }

    /// <summary>Loads an i32 plus a constant, which wraps, and behind that a distance, which does not.</summary>
    private void LoadAddress(ReadOnlySpan<byte> code, uint plus, ulong distance)
    {
        _il.Append(code);
        if (plus != 0)
        {
            _il.Op(Il.LdcI4, (int)plus);
            _il.Op(Il.Add);
        }
        _il.Op(Il.ConvU8);
        AddConstant((long)distance);
    }

    private void AddConstant(long value)
    {
        if (value != 0)
        {
            Constants.LoadI64(_il, value);
            _il.Op(Il.Add);
        }
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

/// <summary>Accesses that were checked at once, with the IL of the address of the first.</summary>
/// <param name="Accesses">What is added to that address, and the end behind it.</param>
/// <param name="Width">The least of their widths.</param>
internal sealed record AccessGroup(IlLabel Label, IlLabel Back, byte[] Address, Access[] Accesses, int Width);
