using Tapedeck.Components;
using Tapedeck.Components.Values;
using Tapedeck.Wasi;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>Calls of one component that is given all of WASI, each in an instance of its own.</summary>
internal sealed class WasiCalls : IDisposable
{
    private readonly Engine _engine = new(new EngineOptions { BackEnd = BackEnd.Assembly });
    private readonly Component _component;
    private readonly ComponentTemplate _template;

    internal WasiCalls(string file)
    {
        _component = Component.Compile(_engine, File.ReadAllBytes(file));
        _template = _component.Prepare(WasiImports.AddTo(new Linker()));
    }

    /// <summary>The string in the ok of what a function answers to a string.</summary>
    internal string Ask(Policy.Gate gate, WasiOptions options, string function, string argument)
    {
        using var state = new WasiState(gate, options);
        using var call = new Call(_engine, new CallOptions { State = state, StoreLimits = JavaScriptWorker.Limits });
        var result = _engine.Run(() =>
        {
            _template.New(call).TryFunc(function, out var func);
            return func!.Invoke(WitValue.String(argument));
        })!.Value;
        return result.CaseName == "ok" ? result.CaseValue!.Value.AsString() : throw new InvalidOperationException($"{function} of {argument}: {result}");
    }

    public void Dispose()
    {
        _template.Dispose();
        _component.Dispose();
        _engine.Dispose();
    }
}
