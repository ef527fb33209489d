using Tapedeck.Wasm.Compilation.Inlining;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Compiles access to locals, globals and references. A local is an IL argument, an IL local, or in a split function a slot of the frame.</summary>
internal sealed class VariableEmitter
{
    private readonly MethodContext _method;
    private readonly OperandStack _stack;
    private readonly ValType[] _types;
    private readonly int _parameters;

    /// <summary>The IL local of each wasm local: of all in a whole function, of the promoted ones in a region; -1 for none.</summary>
    private readonly int[] _locals;

    /// <summary>What the first local is called where those of several bodies are told apart.</summary>
    private readonly int _firstKey;

    /// <summary>The temporaries that are the locals of an inlined body.</summary>
    private readonly TemporarySet _masks;

    internal VariableEmitter(MethodContext method, ValType[] types)
    {
        _method = method;
        _stack = method.Stack;
        _types = types;
        _parameters = method.Type.Parameters.Count;
        _locals = new int[types.Length];
        Array.Fill(_locals, -1);
        if (method.Region is { } region)
        {
            foreach (var local in region.Promoted)
            {
                _locals[local] = method.Temporaries.AddLocal(IlTypes.Of(types[local]));
            }
            Promoted = [.. Enumerable.Range(0, types.Length).Where(local => _locals[local] >= 0)];
        }
        else
        {
            for (var local = _parameters; local < types.Length; local++)
            {
                _locals[local] = method.Temporaries.AddLocal(IlTypes.Of(types[local]));
            }
            Promoted = [];
        }
    }

    /// <summary>Gives the parameters and locals of a body that is inlined IL locals of their own.</summary>
    internal VariableEmitter(MethodContext method, InlinedBody body)
    {
        _method = method;
        _stack = method.Stack;
        _types = body.Locals;
        _parameters = body.Type.Parameters.Count;
        _firstKey = body.FirstKey;
        _locals = new int[_types.Length];
        Promoted = [];
        for (var local = 0; local < _types.Length; local++)
        {
            (_locals[local], var mask) = method.Temporaries.Take(IlTypes.Of(_types[local]));
            _masks |= mask;
        }
    }

    /// <summary>The locals that this method of a split function keeps in IL locals.</summary>
    internal int[] Promoted { get; }

    /// <summary>Whether a value on the IL stack can go straight to the local.</summary>
    internal bool StoresDirectly(int local) => _method.Plan is null || _locals[local] >= 0;

    internal void Get(int local)
    {
        ref var operand = ref _stack.Push(_types[local]);
        operand.Locals = 1UL << (_firstKey + local);
        operand.Local = _firstKey + local;
        operand.Most = _method.Ranges.Find(_firstKey + local);
        if (_method.Conditions.Find(_firstKey + local) is { } condition)
        {
            _stack.Append(condition.Code);
            operand.Comparison = condition.Comparison;
            operand.Second = condition.Second;
            operand.IsBoolean = true;
            operand.Nodes = 3;
        }
        else if (_locals[local] >= 0)
        {
            _stack.AppendLocal(_locals[local]);
        }
        else if (_method.Plan is null)
        {
            _stack.AppendArgument(local);
        }
        else
        {
            AppendFrameLoad(local);
        }
    }

    internal void Set(int local)
    {
        BeforeChange(local);
        _method.Ranges.Add(_firstKey + local, _stack.Top.Most);
        if (StoresDirectly(local))
        {
            NoteCondition(local);
            _stack.Write(1);
            StoreDirectly(local);
        }
        else
        {
            _method.LoadFrameAddress(_method.Plan!.LocalOffsets[local]);
            _stack.Write(1);
            _method.StoreIndirect(_types[local]);
        }
    }

    internal void Tee(int local)
    {
        Set(local);
        Get(local);
    }

    /// <summary>Stores the value on the IL stack; only where <see cref="StoresDirectly"/>.</summary>
    internal void StoreDirectly(int local)
    {
        if (_locals[local] >= 0)
        {
            Variables.Store(_method.Il, _locals[local]);
        }
        else
        {
            Variables.StoreArgument(_method.Il, local);
        }
    }

    /// <summary>Makes ready for a change of the local: what reads it is computed, what is known of it is forgotten.</summary>
    internal void BeforeChange(int local)
    {
        _stack.SettleReadersOfLocal(_firstKey + local);
        _method.Checked.Forget(_firstKey + local);
        _method.Ranges.Forget(_firstKey + local);
        _method.Conditions.Forget(_firstKey + local, _method.Temporaries);
    }

    // The copies that the comparison is made of stay taken for as long as the condition is known.
    private void NoteCondition(int local)
    {
        if (_stack.Top.Comparison == default)
        {
            return;
        }
        _stack.SettleCompared(_stack.Count - 1);
        ref var operand = ref _stack.Top;
        _method.Conditions.Add(_firstKey + local, new KnownCondition([.. _stack.Code(_stack.Count - 1)], operand.Comparison, operand.Second, operand.Temporaries));
        operand.Temporaries = default;
    }

    /// <summary>Brings the IL local of a promoted local up to date with the frame.</summary>
    internal void Reload(IlWriter il, int local)
    {
        LoadFrameSlot(il, local);
        Variables.Store(il, _locals[local]);
    }

    /// <summary>Brings the frame up to date with the IL local of a promoted local.</summary>
    internal void Spill(int local)
    {
        _method.LoadFrameAddress(_method.Plan!.LocalOffsets[local]);
        Variables.Load(_method.Il, _locals[local]);
        _method.StoreIndirect(_types[local]);
    }

    /// <summary>Pops the arguments of an inlined body into its parameters, and gives its other locals their zeros.</summary>
    internal void EnterInlined()
    {
        _stack.Write(_parameters);
        for (var parameter = _parameters - 1; parameter >= 0; parameter--)
        {
            Variables.Store(_method.Il, _locals[parameter]);
        }
        for (var local = _parameters; local < _types.Length; local++)
        {
            WriteZero(_method.Il, local);
        }
    }

    /// <summary>Lets others have the IL locals of an inlined body. What it leaves on the operand stack must not read them any more.</summary>
    internal void LeaveInlined() => _method.Temporaries.Free(_masks);

    /// <summary>Writes the start of the method that gives the locals their first values.</summary>
    internal void WritePrologue(IlWriter prologue)
    {
        if (_method.Region is null)
        {
            for (var local = _parameters; local < _types.Length; local++)
            {
                WriteZero(prologue, local);
            }
        }
        else if (_method.IsInner)
        {
            foreach (var local in Promoted)
            {
                if (_method.Region.LiveAtStart?.Contains(local) ?? true)
                {
                    Reload(prologue, local);
                }
            }
        }
        else
        {
            WriteRootPrologue(prologue);
        }
    }

    internal void GlobalGet(int global)
    {
        var type = _method.Module.Globals[global];
        ref var operand = ref _stack.Push(type.Type);
        operand.ReadsGlobals = type.Mutable;
        operand.Nodes = 2;
        _stack.AppendArgument(_method.ContextArgument);
        _stack.Append(Il.LdcI4, _method.Layout.Global(global));
        _stack.Append(Il.Add);
        if (!_method.Layout.IsOwnGlobal(global))
        {
            _stack.Append(Il.LdindI);
        }
        AppendLoad(type.Type);
    }

    internal void GlobalSet(int global)
    {
        _stack.SettleReadersOfGlobals(_stack.Count - 1);
        _method.LoadContextAddress(_method.Layout.Global(global));
        if (!_method.Layout.IsOwnGlobal(global))
        {
            _method.Il.Op(Il.LdindI);
        }
        _stack.Write(1);
        _method.StoreIndirect(_method.Module.Globals[global].Type);
    }

    internal void RefFunc(int function)
    {
        _stack.Push(ValType.FuncRef);
        _stack.Append(Il.LdcI4, function);
        _stack.AppendArgument(_method.ContextArgument);
        _stack.Append(Il.Call, _method.Method.Token(RuntimeMethods.RefFunc));
    }

    /// <summary>Pushes the values that lie in the operand slots of the frame from a height on.</summary>
    internal void PushSlots(int height, IReadOnlyList<ValType> types)
    {
        for (var value = 0; value < types.Count; value++)
        {
            _stack.Push(types[value]);
            AppendFrameSlot(_method.Plan!.OperandOffset(height + value), types[value]);
            _stack.Settle(_stack.Count - 1);
        }
    }

    private void AppendFrameSlot(int offset, ValType type)
    {
        if (_method.IsInner)
        {
            _stack.AppendArgument(0);
        }
        else
        {
            _stack.AppendLocal(_method.FrameLocal);
        }
        _stack.Append(Il.LdcI4, offset);
        _stack.Append(Il.Add);
        AppendLoad(type);
    }

    private void AppendFrameLoad(int local) => AppendFrameSlot(_method.Plan!.LocalOffsets[local], _types[local]);

    private void AppendLoad(ValType type)
    {
        if (type == ValType.V128)
        {
            _stack.Append(Il.Call, _method.Method.Token(RuntimeMethods.LoadV128));
        }
        else
        {
            _stack.Append(Indirect.Load(type));
        }
    }

    private void LoadFrameSlot(IlWriter il, int local)
    {
        if (_method.IsInner)
        {
            Variables.LoadArgument(il, 0);
        }
        else
        {
            Variables.Load(il, _method.FrameLocal);
        }
        il.Op(Il.LdcI4, _method.Plan!.LocalOffsets[local]);
        il.Op(Il.Add);
        if (_types[local] == ValType.V128)
        {
            il.Op(Il.Call, _method.Method.Token(RuntimeMethods.LoadV128));
        }
        else
        {
            il.Op(Indirect.Load(_types[local]));
        }
    }

    private void WriteRootPrologue(IlWriter prologue)
    {
        for (var local = 0; local < _types.Length; local++)
        {
            if (_locals[local] < 0)
            {
                if (local < _parameters)
                {
                    WriteParameterToFrame(prologue, local);
                }
            }
            else if (local < _parameters)
            {
                Variables.LoadArgument(prologue, local);
                Variables.Store(prologue, _locals[local]);
            }
            else
            {
                WriteZero(prologue, local);
            }
        }
    }

    private void WriteParameterToFrame(IlWriter prologue, int parameter)
    {
        Variables.Load(prologue, _method.FrameLocal);
        prologue.Op(Il.LdcI4, _method.Plan!.LocalOffsets[parameter]);
        prologue.Op(Il.Add);
        Variables.LoadArgument(prologue, parameter);
        if (_types[parameter] == ValType.V128)
        {
            prologue.Op(Il.Call, _method.Method.Token(RuntimeMethods.StoreV128));
        }
        else
        {
            prologue.Op(Indirect.Store(_types[parameter]));
        }
    }

    private void WriteZero(IlWriter prologue, int local)
    {
        switch (_types[local])
        {
            case ValType.I32:
                prologue.Op(Il.LdcI4Zero);
                break;
            case ValType.F32 or ValType.F64 or ValType.V128:
                FloatConstants.WriteZero(_method, prologue, _types[local]);
                break;
            default:
                prologue.Op(Il.LdcI4Zero);
                prologue.Op(Il.ConvI8);
                break;
        }
        Variables.Store(prologue, _locals[local]);
    }
}
