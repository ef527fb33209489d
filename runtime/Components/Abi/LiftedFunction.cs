using Tapedeck.Components.Linking;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Abi;

/// <summary>A core function as a component function: <c>canon_lift</c>.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#canon-lift"/></remarks>
internal sealed class LiftedFunction(LiftedDefinition definition, ComponentInstance root)
{
    internal const int MaxFlatParams = 16;
    internal const int MaxFlatResults = 1;

    private readonly CanonicalOptions _options = definition.Options.Make(root);
    private readonly Func _core = (Func)root.Core(definition.Core);
    private readonly Signature _signature = definition.Signature;
    private readonly int _flatParameters = definition.Signature.LiftedParameters;
    private readonly int _flatResults = definition.Signature.LiftedResults;

    internal InstanceState Inst { get; } = root.State(definition.Instance);

    internal WitValue? CallFromHost(ReadOnlySpan<WitValue> arguments)
    {
        Span<Value> flatResults = [default];
        Inst.EnterFrom(null);
        var result = Run(arguments, flatResults, fromHost: true);
        Finish(flatResults);
        Inst.LeaveTo(null);
        Inst.Call.ArriveAll();
        return result;
    }

    /// <summary>Lowers the arguments, calls, and lifts the result. The instance has been entered.</summary>
    /// <param name="flatResults">Takes what the core function returned, for <see cref="Finish"/>; as many as there may be.</param>
    /// <param name="fromHost">The host may give arguments of other types; the instance is left then.</param>
    internal WitValue? Run(ReadOnlySpan<WitValue> arguments, Span<Value> flatResults, bool fromHost)
    {
        var task = _signature.HasBorrows ? new Task() : null;
        var cx = new LiftLowerContext(_options, Inst, task);
        Span<Value> flatArguments = stackalloc Value[_flatParameters];
        flatArguments.Clear();
        var writer = new CoreValueWriter(flatArguments);
        try
        {
            LowerFlat.Values(cx, MaxFlatParams, arguments, _signature.Parameters, _signature.ParameterLayout, null, ref writer);
        }
        catch (Exception problem) when (fromHost && problem is ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            Inst.LeaveTo(null);
            throw;
        }
        _core.Call(flatArguments, flatResults[.._flatResults]);
        WitValue? result = null;
        if (_signature.Results.Length > 0)
        {
            var reader = new CoreValueIter(flatResults);
            result = LiftFlat.Result(cx, ref reader, _signature.Results[0]);
        }
        task?.Return();
        return result;
    }

    /// <summary>Tells the guest that its result was read. The instance is still entered.</summary>
    internal void Finish(ReadOnlySpan<Value> flatResults)
    {
        if (_options.PostReturn is { } postReturn)
        {
            Inst.MayLeave = false;
            postReturn.Call(flatResults[.._flatResults], []);
            Inst.MayLeave = true;
        }
    }
}
