using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm;

/// <summary>A function of an instance, or a host function bound to a store.</summary>
public sealed unsafe class Func : Extern
{
    private delegate*<Value*, nint, nint, void> _thunk;

    /// <summary>A function of <paramref name="instance"/>.</summary>
    internal Func(Instance instance, int function, nint code)
        : base(instance.Store)
    {
        FuncType = instance.Module.Declaration.TypeOf(function);
        Reference = FunctionReference.Pack(instance.Index, function);
        Signature = instance.Module.Signatures[instance.Module.Declaration.FunctionTypes[function]];
        Code = code;
        Context = instance.Context;
    }

    internal Func(Store store, HostFunction function, int index)
        : base(store)
    {
        FuncType = function.Type;
        HostTarget = function.Target;
        Reference = FunctionReference.Pack(FunctionReference.Host, index);
        Signature = Signatures.Id(function.Type);
        Code = function.Code;
        var block = new HostBlock(store, index);
        store.Own(block);
        Context = block.Address;
    }

    public FuncType FuncType { get; }

    public override ExternType Type => ExternType.Of(FuncType);

    internal object? HostTarget { get; }
    internal long Reference { get; }
    internal int Signature { get; }
    internal nint Code { get; }
    internal nint Context { get; }

    /// <summary>Calls the function. Inside <see cref="Engine.Run"/> or <see cref="Engine.RunAsync"/> only.</summary>
    /// <exception cref="TrapException">The function trapped.</exception>
    public void Call(ReadOnlySpan<Value> arguments, Span<Value> results)
    {
        if (arguments.Length != FuncType.Parameters.Count || results.Length != FuncType.Results.Count)
        {
            throw new ArgumentException($"the function is {FuncType}, called with {arguments.Length} arguments for {results.Length} results");
        }
        if (_thunk is null)
        {
            _thunk = GuestThunks.For(FuncType);
        }
        var values = stackalloc Value[arguments.Length + 1];
        arguments.CopyTo(new Span<Value>(values, arguments.Length));
        var sideTop = Store.Enter();
        try
        {
            _thunk(values, Code, Context);
            for (var result = 0; result < results.Length - 1; result++)
            {
                results[result] = ResultAt(result);
            }
        }
        finally
        {
            Store.Leave(sideTop);
        }
        if (results.Length > 0)
        {
            results[^1] = values[arguments.Length];
        }
    }

    /// <inheritdoc cref="Call(ReadOnlySpan{Value}, Span{Value})"/>
    public Value[] Call(params Value[] arguments)
    {
        var results = new Value[FuncType.Results.Count];
        Call(arguments, results);
        return results;
    }

    // Guest code wrote as many bytes as the type has; the others are of results before.
    private Value ResultAt(int result)
    {
        var address = Store.BlockAddress + StoreBlock.Results + (16 * result);
        return FuncType.Results[result] switch
        {
            ValType.I32 or ValType.F32 => Value.I32(*(int*)address),
            ValType.V128 => *(Value*)address,
            _ => Value.I64(*(long*)address),
        };
    }

    /// <summary>The context of a host function: compiled code passes it on, and the thunk finds the function by it.</summary>
    private sealed class HostBlock : IDisposable
    {
        internal HostBlock(Store store, int index)
        {
            var block = (InstanceContext*)NativeMemory.AllocZeroed(InstanceContext.Size);
            block->Store = store.BlockAddress;
            block->Code = index;
            block->Index = FunctionReference.Host;
            Address = (nint)block;
        }

        internal nint Address { get; }

        public void Dispose() => NativeMemory.Free((void*)Address);
    }
}
