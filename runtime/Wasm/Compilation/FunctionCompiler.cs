using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Compilation.Inlining;
using Tapedeck.Wasm.Compilation.Splitting;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Compiles the functions of a module, each to one method, or where it is too large for the JIT to several that share a frame.</summary>
internal sealed class FunctionCompiler(ModuleDeclaration module, ContextLayout layout, ModuleSink sink, EngineOptions options)
{
    private int _function;
    private ValType[] _locals = [];
    private FunctionPlan? _plan;

    /// <summary>The types of a function's parameters and locals.</summary>
    internal static ValType[] LocalsOf(FuncType type, FunctionBody body) =>
        [.. type.Parameters, .. body.Locals.SelectMany(static run => Enumerable.Repeat(run.Type, run.Count))];

    /// <param name="function">The function's index among the module's own.</param>
    internal void Compile(int function)
    {
        var body = module.Code[function];
        _function = module.ImportedFunctions + function;
        var type = module.TypeOf(_function);
        _locals = LocalsOf(type, body);
        _plan = Planner.Plan(module, body, type, _locals, options.SplitThreshold);
        var method = new MethodContext(module, layout, sink, sink.NewFunction(_function), _function, type.Parameters.Count)
        {
            Plan = _plan,
            Region = _plan?.Root,
            FrameLocal = _plan is null ? -1 : 0,
            HasFixedLimits = _plan is null && !body.HasCalls,
            Inlining = _plan is null && body.HasCalls ? new InlineBudget(module, _function, body, _locals.Length, options) : null,
        };
        if (_plan is not null)
        {
            method.Temporaries.AddLocal(IlType.Native);
        }
        new MethodCompiler(this, method, _locals).CompileFunction(body);
    }

    /// <summary>Compiles a region of the current function.</summary>
    /// <param name="numberOf">What the region is to return for each way out of it.</param>
    internal CompiledRegion CompileRegion(Region region, IReadOnlyList<ControlFrame> frames, IReadOnlyList<ValType> entry, Func<RegionExit, int> numberOf)
    {
        var (regionSink, index) = sink.NewRegion();
        var method = new MethodContext(module, layout, sink, regionSink, _function, contextArgument: 1)
        {
            Plan = _plan,
            Region = region,
            BaseHeight = frames[^1].Height,
        };
        return new MethodCompiler(this, method, _locals, numberOf).CompileRegion(index, frames, entry);
    }
}
