using System.Reflection;
using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Compilation.Bounds;
using Tapedeck.Wasm.Compilation.Inlining;
using Tapedeck.Wasm.Compilation.Splitting;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>What the parts of the compiler share while one method is written: a whole function, or a region of one.</summary>
internal sealed class MethodContext
{
    private readonly Dictionary<TrapCode, IlLabel> _traps = [];

    internal MethodContext(ModuleDeclaration module, ContextLayout layout, ModuleSink sink, MethodSink method, int function, int contextArgument)
    {
        Module = module;
        Layout = layout;
        Sink = sink;
        Method = method;
        Type = module.TypeOf(function);
        Temporaries = new Temporaries();
        ContextArgument = contextArgument;
        Stack = new OperandStack(Il, Temporaries, contextArgument);
    }

    internal ModuleDeclaration Module { get; }
    internal ContextLayout Layout { get; }
    internal ModuleSink Sink { get; }
    internal MethodSink Method { get; }

    /// <summary>The type of the function.</summary>
    internal FuncType Type { get; }
    internal IlWriter Il { get; } = new();
    internal Temporaries Temporaries { get; }
    internal OperandStack Stack { get; }

    /// <summary>The argument that holds the instance's context.</summary>
    internal int ContextArgument { get; }

    /// <summary>The plan of a function that is split or keeps locals in a frame; null for most.</summary>
    internal FunctionPlan? Plan { get; init; }

    /// <summary>What may be inlined into this method; null for nothing.</summary>
    internal InlineBudget? Inlining { get; init; }

    /// <summary>The region being written; null where <see cref="Plan"/> is.</summary>
    internal Region? Region { get; init; }

    /// <summary>Whether this method is a region inside a function, and so gets the frame as its first argument.</summary>
    internal bool IsInner => Region is not null && Region != Plan!.Root;

    /// <summary>The height of the function's operand stack where this method's own stack starts.</summary>
    internal int BaseHeight { get; init; }

    /// <summary>The offset where the next child region starts, or this one ends; nothing is compiled across it.</summary>
    internal int Boundary { get; set; } = -1;

    /// <summary>The method calls others, so it checks the stack when it is entered.</summary>
    internal bool Calls { get; set; }

    /// <summary>The local that holds the base of memory 0, or -1 before its first use.</summary>
    internal int Memory0Local { get; private set; } = -1;

    /// <summary>The local that holds the store's block, or -1 before its first use. It is read once: an instance never changes its store.</summary>
    internal int StoreLocal { get; private set; } = -1;

    /// <summary>The addresses in locals that have been checked since the last label.</summary>
    internal CheckedAddresses Checked { get; } = new();

    /// <summary>The conditions in locals that are known since the last label.</summary>
    internal KnownConditions Conditions { get; } = new();

    /// <summary>What i32 locals are at most, where that is known since the last label. Bounds checks are left out by it.</summary>
    internal KnownRanges Ranges { get; } = new();

    /// <summary>Nothing that the method runs can change the size of a memory, so it reads the limits once.</summary>
    internal bool HasFixedLimits { get; init; }

    /// <summary>The locals that hold the limits of memory 0, by the width of the access.</summary>
    internal Dictionary<int, int> LimitLocals { get; } = [];

    /// <summary>The local that holds the frame in the outermost method of a split function.</summary>
    internal int FrameLocal { get; init; } = -1;

    internal void LoadContext() => Variables.LoadArgument(Il, ContextArgument);

    /// <summary>Marks a place that branches come to, so that nothing is known there of what was checked before.</summary>
    internal void MarkJoin(IlLabel label)
    {
        Il.Mark(label);
        ForgetAll();
    }

    /// <summary>Forgets what is known of locals.</summary>
    internal void ForgetAll()
    {
        Checked.Clear();
        Ranges.Clear();
        Conditions.Clear(Temporaries);
    }

    /// <summary>Loads the address of a field of the context.</summary>
    internal void LoadContextAddress(int offset)
    {
        LoadContext();
        Il.Op(Compilation.Il.LdcI4, offset);
        Il.Op(Compilation.Il.Add);
    }

    internal void LoadFrameAddress(int offset)
    {
        LoadFrame();
        Il.Op(Compilation.Il.LdcI4, offset);
        Il.Op(Compilation.Il.Add);
    }

    internal void LoadFrame()
    {
        if (IsInner)
        {
            Variables.LoadArgument(Il, 0);
        }
        else
        {
            Variables.Load(Il, FrameLocal);
        }
    }

    internal void Call(MethodInfo method) => Il.Op(Compilation.Il.Call, Method.Token(method));

    internal int UseMemory0()
    {
        if (Memory0Local < 0)
        {
            Memory0Local = Temporaries.AddLocal(IlType.Native);
        }
        return Memory0Local;
    }

    internal void LoadMemoryBase(int memory)
    {
        if (memory == 0)
        {
            Variables.Load(Il, UseMemory0());
        }
        else
        {
            LoadContextAddress(Layout.Memory(memory));
            Il.Op(Compilation.Il.LdindI);
        }
    }

    internal int UseStore()
    {
        if (StoreLocal < 0)
        {
            StoreLocal = Temporaries.AddLocal(IlType.Native);
        }
        return StoreLocal;
    }

    internal int UseLimit(int width)
    {
        if (!LimitLocals.TryGetValue(width, out var local))
        {
            LimitLocals.Add(width, local = Temporaries.AddLocal(IlType.I64));
        }
        return local;
    }

    /// <summary>The place that throws a trap; branch there with an empty IL stack.</summary>
    internal IlLabel Trap(TrapCode code)
    {
        if (!_traps.TryGetValue(code, out var label))
        {
            _traps.Add(code, label = Il.NewLabel());
        }
        return label;
    }

    internal void WriteTraps()
    {
        foreach (var (code, label) in _traps)
        {
            Il.Mark(label);
            Il.Op(Compilation.Il.LdcI4, (int)code);
            Call(RuntimeMethods.NewTrap);
            Il.Op(Compilation.Il.Throw);
        }
    }

    /// <summary>Reads a value of <paramref name="type"/> whose address is on the IL stack.</summary>
    internal void LoadIndirect(ValType type)
    {
        if (type == ValType.V128)
        {
            Call(RuntimeMethods.LoadV128);
        }
        else
        {
            Il.Op(Indirect.Load(type));
        }
    }

    /// <summary>Stores the value of <paramref name="type"/> on the IL stack to the address below it.</summary>
    internal void StoreIndirect(ValType type)
    {
        if (type == ValType.V128)
        {
            Call(RuntimeMethods.StoreV128);
        }
        else
        {
            Il.Op(Indirect.Store(type));
        }
    }
}
