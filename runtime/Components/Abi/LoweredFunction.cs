using Tapedeck.Components.Linking;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Abi;

/// <summary>A component function as a core function: <c>canon_lower</c>.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#canon-lower"/></remarks>
internal sealed class LoweredFunction(LoweredItem definition, ComponentInstance root)
{
    private readonly CanonicalOptions _options = definition.Options.Make(root);
    private readonly InstanceState _inst = root.State(definition.Instance);
    private readonly Signature _signature = definition.Signature;

    internal void Call(ReadOnlySpan<Value> arguments, Span<Value> results)
    {
        Trap.If(!_inst.MayLeave, "cannot leave component instance");
        var lifted = _inst.Call.Lifted;
        if (definition.Callee is HostDefinition host)
        {
            CallHost(host.Function, arguments, results);
        }
        else
        {
            CallGuest(root.Lifted((LiftedDefinition)definition.Callee), arguments, results);
        }
        _inst.Call.Release(lifted);
    }

    private void CallHost(HostFunction function, ReadOnlySpan<Value> arguments, Span<Value> results)
    {
        var call = new HostCall(function, new LiftLowerContext(_options, _inst), _signature, arguments, results);
        function.Body(ref call);
    }

    private void CallGuest(LiftedFunction callee, ReadOnlySpan<Value> arguments, Span<Value> results)
    {
        var subtask = _signature.HasBorrows ? new Subtask() : null;
        var cx = new LiftLowerContext(_options, _inst, null, subtask);
        var reader = new CoreValueIter(arguments);
        Span<Value> flatResults = [default];
        callee.Inst.EnterFrom(_inst);
        var values = LiftFlat.Values(cx, LiftedFunction.MaxFlatParams, ref reader, _signature.Parameters, _signature.ParameterLayout);
        var result = callee.Run(values, flatResults, fromHost: false);
        if (result is { } value)
        {
            uint? outPointer = _signature.ResultLayout.FlatCount > LiftedFunction.MaxFlatResults ? reader.NextI32() : null;
            var writer = new CoreValueWriter(results);
            LowerFlat.Values(cx, LiftedFunction.MaxFlatResults, [value], _signature.Results, _signature.ResultLayout, outPointer, ref writer);
        }
        callee.Finish(flatResults);
        callee.Inst.LeaveTo(_inst);
        subtask?.DeliverResolve();
    }
}
