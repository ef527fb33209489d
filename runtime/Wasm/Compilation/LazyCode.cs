using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>The code of a module made function by function when each is first called, as dynamic methods. It serves while there is no translation yet.</summary>
internal sealed class LazyCode : ModuleCode
{
    private readonly ModuleDeclaration _module;
    private readonly ContextLayout _layout;
    private readonly EngineOptions _options;
    private readonly TranslationBudget _budget;

    // The runtime frees a dynamic method that nobody holds.
    private readonly ConcurrentDictionary<int, DynamicMethod> _regions = [];
    private readonly ConcurrentBag<DynamicMethod> _kept = [];
    private int _regionCount;
    private long _lastMade = Environment.TickCount64;

    internal LazyCode(ModuleDeclaration module, ContextLayout layout, EngineOptions options)
        : base(module.FunctionTypes.Length + MostRegions(module))
    {
        _module = module;
        _layout = layout;
        _options = options;
        _budget = new TranslationBudget(module, options.ModuleLimits);
    }

    /// <summary>Time since something was last compiled, or since the beginning.</summary>
    internal TimeSpan Quiet => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastMade));

    protected override nint Make(int index)
    {
        try
        {
            return MakeNow(index);
        }
        finally
        {
            Volatile.Write(ref _lastMade, Environment.TickCount64);
        }
    }

    private nint MakeNow(int index)
    {
        if (_regions.TryGetValue(index, out var method))
        {
            return DynamicMethods.PointerOf(method);
        }
        var sink = new Sink(this, index);
        var function = index - _module.ImportedFunctions;
        var start = ThreadTime.Now;
        new FunctionCompiler(_module, _layout, sink, _options).Compile(function);
        _budget.Charge(function, sink.Length, ThreadTime.Now - start);
        _kept.Add(sink.Function!);
        return DynamicMethods.PointerOf(sink.Function!);
    }

    // A region holds two bytes of code at the least, and two threads may compile a function at once.
    private static int MostRegions(ModuleDeclaration module) => module.Code.Sum(static body => body.End - body.Start) * 2;

    private sealed class Sink(LazyCode code, int function) : ModuleSink
    {
        internal DynamicMethod? Function { get; private set; }

        /// <summary>Bytes of IL written so far.</summary>
        internal int Length { get; set; }

        internal override bool CallsByToken => false;

        internal override MethodSink NewFunction(int index)
        {
            var (parameters, result) = ClrSignature.Of(code._module.TypeOf(function));
            Function = DynamicMethods.New($"f{function}", parameters, result);
            return new Method(this, Function);
        }

        internal override (MethodSink Sink, int Index) NewRegion()
        {
            var region = Interlocked.Increment(ref code._regionCount) - 1;
            var index = code._module.FunctionTypes.Length + region;
            if (region >= MostRegions(code._module))
            {
                throw new InvalidOperationException("the module was compiled into more regions than it has code");
            }
            var method = DynamicMethods.New($"r{region}", [typeof(nint), typeof(nint)], typeof(int));
            code._regions[index] = method;
            return (new Method(this, method), index);
        }

        internal override int CodeToken(int index) => throw new InvalidOperationException("dynamic methods are called through their code pointers");
    }

    private sealed class Method(Sink sink, DynamicMethod method) : MethodSink
    {
        private readonly DynamicILInfo _info = method.GetDynamicILInfo();
        private readonly Dictionary<MethodInfo, int> _tokens = [];

        internal override int RegionSignature => SignatureToken([typeof(nint), typeof(nint)], typeof(int));

        internal override int Token(MethodInfo target)
        {
            if (!_tokens.TryGetValue(target, out var token))
            {
                _tokens.Add(target, token = _info.GetTokenFor(target.MethodHandle));
            }
            return token;
        }

        internal override int CallSignature(FuncType type)
        {
            var (parameters, result) = ClrSignature.Of(type);
            return SignatureToken(parameters, result);
        }

        internal override void Finish(ReadOnlySpan<byte> prologue, ReadOnlySpan<byte> body, IReadOnlyList<IlType> locals, int maxStack)
        {
            sink.Length += prologue.Length + body.Length;
            var signature = SignatureHelper.GetLocalVarSigHelper();
            foreach (var local in locals)
            {
                signature.AddArgument(ClrSignature.Of(local));
            }
            _info.SetLocalSignature(signature.GetSignature());
            _info.SetCode([.. prologue, .. body], Math.Min(ushort.MaxValue, maxStack));
        }

        private int SignatureToken(Type[] parameters, Type result)
        {
            var signature = SignatureHelper.GetMethodSigHelper(null, CallingConventions.Standard, result);
            signature.AddArguments(parameters, null, null);
            return _info.GetTokenFor(signature.GetSignature());
        }
    }
}
