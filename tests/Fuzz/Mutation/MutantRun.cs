using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Mutation;

/// <summary>Translates, instantiates and calls damaged modules that are valid all the same. There is nothing to compare: each does something, or stops with an error that the face names.</summary>
internal sealed class MutantRun : IDisposable
{
    private const int MostCalls = 4;
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(100);
    private static readonly StoreLimits Limits = new() { MemoryBytes = 64 << 20 };

    // Collectible, since a campaign runs thousands.
    private readonly (string Name, Engine Engine)[] _engines =
    [
        ("collectible", new Engine(new EngineOptions { BackEnd = BackEnd.Assembly, Lifetime = CodeLifetime.Collectible, CallThreads = 1 })),
        ("lazy-split", new Engine(new EngineOptions { BackEnd = BackEnd.Lazy, SplitThreshold = 2, CallThreads = 1 })),
    ];

    /// <returns>What escaped; null for nothing.</returns>
    internal string? Failure(byte[] mutant)
    {
        foreach (var (name, engine) in _engines)
        {
            try
            {
                using var module = engine.Compile(mutant);
                using var template = module.Prepare();
                using var store = engine.NewStore(Limits);
                Run(engine, store, module, template);
            }
            catch (Exception answer) when (answer is TrapException or LinkException or LimitException or InvalidModuleException)
            {
                // An answer. Whether a refusal is right was compared with V8 before.
            }
            catch (Exception failure)
            {
                return $"{name}: {failure}";
            }
        }
        return null;
    }

    public void Dispose() => Array.ForEach(_engines, static item => item.Engine.Dispose());

    private static void Run(Engine engine, Store store, Module module, Template template)
    {
        var instance = engine.RunAsync(store, () => template.New(store, [.. module.Imports.Select(import => Stub(store, import.Type))]), Deadline, CancellationToken.None).GetAwaiter().GetResult();
        foreach (var export in module.Exports.Where(static export => export.Type.Kind == ExternKind.Func).Take(MostCalls))
        {
            var function = instance.Func(export.Name);
            var arguments = function.FuncType.Parameters.Select(static type => type is ValType.FuncRef or ValType.ExternRef ? Value.Null : default).ToArray();
            engine.RunAsync(store, () => function.Call(arguments), Deadline, CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    private static Extern Stub(Store store, ExternType type) => type.Kind switch
    {
        ExternKind.Func => store.Host(HostFunction.Of(type.Func!, static (_, _, results) => results.Clear())),
        ExternKind.Table => new Table(store, type.Table, Value.Null),
        ExternKind.Memory => new Memory(store, type.Memory),
        _ => new Global(store, type.Global, type.Global.Type is ValType.FuncRef or ValType.ExternRef ? Value.Null : default),
    };
}
