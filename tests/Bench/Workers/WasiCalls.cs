using Tapedeck.Components;
using Tapedeck.Components.Values;
using Tapedeck.Wasi;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>Calls of a component in C that reads files and pages and drops their bytes, each in an instance of its own.</summary>
internal sealed class WasiCalls : IDisposable
{
    private readonly Engine _engine = new(new EngineOptions { BackEnd = BackEnd.Assembly });
    private readonly Component _component;
    private readonly ComponentTemplate _template;

    internal WasiCalls()
    {
        _component = Component.Compile(_engine, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "prober.wasm")));
        _template = _component.Prepare(WasiImports.AddTo(new Linker()));
    }

    /// <summary>The number that a function answers to strings.</summary>
    internal ulong Ask(Policy.Gate gate, WasiOptions options, string function, params string[] arguments)
    {
        using var state = new WasiState(gate, options);
        using var call = new Call(_engine, new CallOptions { State = state });
        return _engine.Run(() =>
        {
            _template.New(call).TryFunc(function, out var func);
            return func!.Invoke([.. arguments.Select(WitValue.String)]);
        })!.Value.AsU64();
    }

    public void Dispose()
    {
        _template.Dispose();
        _component.Dispose();
        _engine.Dispose();
    }
}
