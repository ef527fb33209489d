using Tapedeck.Components.Linking;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Abi;

/// <summary>The body of a host function: takes its arguments one after another, then returns its result.</summary>
internal delegate void HostBody(ref HostCall call);

/// <summary>One call of a host function. What a guest passes as core values is read as what it is; other arguments are values before.</summary>
/// <remarks>All arguments are copies, taken before the host function runs, and the result is written when it is there: no memory of a guest is touched in between.</remarks>
internal ref struct HostCall
{
    private readonly HostFunction _function;
    private readonly LiftLowerContext _cx;
    private readonly Signature? _signature;
    private readonly ReadOnlySpan<WitValue> _values;
    private readonly Span<Value> _results;
    private CoreValueIter _flat;
    private int _next;

    /// <summary>A call by a guest.</summary>
    internal HostCall(HostFunction function, in LiftLowerContext cx, Signature signature, ReadOnlySpan<Value> arguments, Span<Value> results)
    {
        _function = function;
        _cx = cx;
        _signature = signature;
        _flat = new CoreValueIter(arguments);
        _results = results;
        Call = cx.Inst.Call;
        IsFlat = signature.ParameterLayout.FlatCount <= LiftedFunction.MaxFlatParams;
        if (!IsFlat)
        {
            _values = Loading.Tuple(cx, _flat.NextI32(), signature.ParameterLayout, signature.Parameters);
            Call.ArriveAll();
        }
    }

    /// <summary>A call by the host itself.</summary>
    internal HostCall(HostFunction function, Call call, ReadOnlySpan<WitValue> arguments)
    {
        _function = function;
        _values = arguments;
        Call = call;
    }

    internal Call Call { get; }

    /// <summary>What the function returned to the host.</summary>
    internal WitValue? Result { get; private set; }

    private readonly bool IsFlat { get; }

    /// <summary>All arguments.</summary>
    internal WitValue[] All()
    {
        var values = new WitValue[_function.Type.Parameters.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = NextValue();
        }
        ArriveIfLast();
        return values;
    }

    /// <summary>The next argument.</summary>
    internal T Next<T>()
    {
        var argument = Lift<T>();
        ArriveIfLast();
        return argument;
    }

    private T Lift<T>()
    {
        if (!IsFlat)
        {
            return HostTypes.Read<T>(_values[_next++]);
        }
        if (typeof(T) == typeof(uint))
        {
            _next++;
            return (T)(object)_flat.NextI32();
        }
        if (typeof(T) == typeof(int))
        {
            _next++;
            return (T)(object)(int)_flat.NextI32();
        }
        if (typeof(T) == typeof(ulong))
        {
            _next++;
            return (T)(object)_flat.NextI64();
        }
        if (typeof(T) == typeof(long))
        {
            _next++;
            return (T)(object)(long)_flat.NextI64();
        }
        if (typeof(T).IsValueType || typeof(T) == typeof(string))
        {
            return HostTypes.Read<T>(NextValue());
        }
        return (T)NextHandle();
    }

    internal void Return<T>(T value)
    {
        if (_signature is null)
        {
            Result = HostTypes.Write(value, _function.Type.Result!);
        }
        else if (typeof(T) == typeof(uint))
        {
            _results[0] = Value.I32((int)(uint)(object)value!);
        }
        else if (typeof(T) == typeof(int))
        {
            _results[0] = Value.I32((int)(object)value!);
        }
        else if (typeof(T) == typeof(ulong))
        {
            _results[0] = Value.I64((long)(ulong)(object)value!);
        }
        else if (typeof(T) == typeof(long))
        {
            _results[0] = Value.I64((long)(object)value!);
        }
        else
        {
            Lower(HostTypes.Write(value, _signature.Type.Result!));
        }
    }

    /// <summary>Waits for the host, on the call's own thread. This is the one place that does.</summary>
    /// <exception cref="TrapException">The call was cancelled meanwhile.</exception>
    internal readonly T Await<T>(ValueTask<T> pending)
    {
        try
        {
            if (!pending.IsCompleted)
            {
                var task = pending.AsTask();
                System.Threading.Tasks.Task.WaitAny([task], Call.Cancellation);
                return task.GetAwaiter().GetResult();
            }
            return pending.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (Call.Cancellation.IsCancellationRequested)
        {
            throw new TrapException(TrapCode.Interrupted);
        }
    }

    // From here on the host owns what it was given.
    private readonly void ArriveIfLast()
    {
        if (IsFlat && _next == _signature!.Parameters.Length)
        {
            Call.ArriveAll();
        }
    }

    private WitValue NextValue() =>
        IsFlat ? LiftFlat.Value(_cx, ref _flat, _signature!.Parameters[_next++]) : _values[_next++];

    private object NextHandle()
    {
        var type = _signature!.Parameters[_next++];
        return type is OwnType own ? Handles.LiftOwn(_cx, _flat.NextI32(), own.Resource) : Handles.LiftBorrow(_cx, _flat.NextI32(), ((BorrowType)type).Resource);
    }

    private void Lower(WitValue value)
    {
        uint? outPointer = _signature!.ResultLayout.FlatCount > LiftedFunction.MaxFlatResults ? _flat.NextI32() : null;
        var writer = new CoreValueWriter(_results);
        LowerFlat.Values(_cx, LiftedFunction.MaxFlatResults, [value], _signature.Results, _signature.ResultLayout, outPointer, ref writer);
    }
}
