using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm;

/// <summary>A function of an instance, or a host function bound to a store.</summary>
public sealed unsafe class Func : Extern
{
    private readonly HostFunction? _host;
    private readonly int _parameters;
    private readonly int _results;

    // Held, since the pointer does not.
    private DynamicMethod? _thunkMethod;
    private delegate*<Value*, nint, nint, void> _thunk;

    /// <summary>A function of <paramref name="instance"/>.</summary>
    internal Func(Instance instance, int function, nint code)
        : this(instance.Store, instance.Module.Declaration.TypeOf(function))
    {
        Reference = FunctionReference.Pack(instance.Index, function);
        Signature = instance.Module.Signatures[instance.Module.Declaration.FunctionTypes[function]];
        Code = code;
        Context = instance.Context;
    }

    /// <summary>A host function; <paramref name="index"/> is its number in the store.</summary>
    internal Func(Store store, HostFunction function, int index)
        : this(store, function.Type)
    {
        _host = function;
        Reference = FunctionReference.Pack(FunctionReference.Host, index);
        Signature = function.Signature;
        Code = function.Code;
        // Compiled code passes the context on, and the host thunk finds the function by it.
        Context = store.Allocate(InstanceContext.Size);
        var block = (InstanceContext*)Context;
        block->Store = store.BlockAddress;
        block->Code = index;
        block->Index = FunctionReference.Host;
    }

    private Func(Store store, FuncType type)
        : base(store)
    {
        FuncType = type;
        _parameters = type.Parameters.Count;
        _results = type.Results.Count;
    }

    public FuncType FuncType { get; }

    public override ExternType Type => ExternType.Of(FuncType);

    internal object? HostTarget => _host?.Target;
    internal long Reference { get; }
    internal int Signature { get; }
    internal nint Code { get; }
    internal nint Context { get; }

    /// <summary>Calls the function. Inside <see cref="Engine.Run"/> or <see cref="Engine.RunAsync"/> only.</summary>
    /// <exception cref="TrapException">The function trapped.</exception>
    [SkipLocalsInit]
    public void Call(ReadOnlySpan<Value> arguments, Span<Value> results)
    {
        if (arguments.Length != _parameters || results.Length != _results)
        {
            ThrowCount(arguments.Length, results.Length);
        }
        if (_thunk is null)
        {
            MakeThunk();
        }
        var values = stackalloc Value[arguments.Length + 1];
        for (var argument = 0; argument < arguments.Length; argument++)
        {
            values[argument] = arguments[argument];
        }
        // The result may be narrower than a value.
        values[arguments.Length] = default;
        var entry = Store.Enter();
        try
        {
            _thunk(values, Code, Context);
            if (results.Length > 1)
            {
                TakeResults(results[..^1]);
            }
        }
        finally
        {
            Store.Leave(entry);
        }
        if (results.Length > 0)
        {
            results[^1] = values[arguments.Length];
        }
    }

    /// <inheritdoc cref="Call(ReadOnlySpan{Value}, Span{Value})"/>
    public Value[] Call(params Value[] arguments)
    {
        var results = new Value[_results];
        Call(arguments, results);
        return results;
    }

    private void MakeThunk()
    {
        _thunkMethod = GuestThunks.All.For(FuncType);
        _thunk = (delegate*<Value*, nint, nint, void>)DynamicMethods.PointerOf(_thunkMethod);
    }

    // Guest code wrote as many bytes as the type has; the others are of results before.
    private void TakeResults(Span<Value> results)
    {
        for (var result = 0; result < results.Length; result++)
        {
            var address = Store.BlockAddress + StoreBlock.Results + (16 * result);
            results[result] = FuncType.Results[result] switch
            {
                ValType.I32 or ValType.F32 => Value.I32(*(int*)address),
                ValType.V128 => *(Value*)address,
                _ => Value.I64(*(long*)address),
            };
        }
    }

    [DoesNotReturn]
    private void ThrowCount(int arguments, int results) =>
        throw new ArgumentException($"the function is {FuncType}, called with {arguments} arguments for {results} results");
}
