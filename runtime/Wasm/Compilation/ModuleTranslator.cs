using System.Diagnostics;
using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Translates a whole module into an assembly.</summary>
internal static class ModuleTranslator
{
    /// <exception cref="InvalidModuleException">The translation is larger, or takes longer, than <paramref name="limits"/> allow.</exception>
    internal static byte[] Translate(ModuleDeclaration module, ContextLayout layout, ModuleLimits limits, int splitThreshold)
    {
        var sink = new AssemblySink(module, "wasm");
        var compiler = new FunctionCompiler(module, layout, sink, splitThreshold);
        var clock = Stopwatch.StartNew();
        for (var function = 0; function < module.Code.Length; function++)
        {
            compiler.Compile(function);
            if (sink.Length > limits.TranslatedBytes || clock.Elapsed > limits.TranslationTime)
            {
                throw new InvalidModuleException(
                    InvalidModuleReason.TooLarge, $"translating function {function} went beyond the limits", module.Code[function].Start, "code");
            }
        }
        return sink.Build();
    }
}
