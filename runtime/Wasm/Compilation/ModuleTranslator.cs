using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Translates a whole module into an assembly.</summary>
internal static class ModuleTranslator
{
    /// <exception cref="InvalidModuleException">The translation is larger, or takes longer, than the limits allow.</exception>
    internal static byte[] Translate(Module module, CancellationToken cancellationToken)
    {
        module.ValidateCode();
        var declaration = module.Declaration;
        var options = module.Engine.Options;
        var sink = new AssemblySink(declaration, "wasm");
        var compiler = new FunctionCompiler(declaration, module.Layout, sink, options);
        var budget = new TranslationBudget(declaration, options.ModuleLimits);
        var (bytes, time) = (0, ThreadTime.Now);
        for (var function = 0; function < declaration.Code.Length; function++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            compiler.Compile(function);
            var now = ThreadTime.Now;
            budget.Charge(function, sink.Length - bytes, now - time);
            (bytes, time) = (sink.Length, now);
        }
        return sink.Build();
    }
}
