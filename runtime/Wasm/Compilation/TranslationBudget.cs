using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Bounds what the translation of one module may take, whichever threads do it.</summary>
internal sealed class TranslationBudget(ModuleDeclaration module, ModuleLimits limits)
{
    private long _bytes;
    private long _ticks;

    /// <param name="function">The function's index among the module's own.</param>
    /// <exception cref="InvalidModuleException">All that was charged is more than the limits allow.</exception>
    internal void Charge(int function, long bytes, TimeSpan cpuTime)
    {
        var ticks = Interlocked.Add(ref _ticks, cpuTime.Ticks);
        if (Interlocked.Add(ref _bytes, bytes) > limits.TranslatedBytes || ticks > limits.TranslationTime.Ticks)
        {
            throw new InvalidModuleException(
                InvalidModuleReason.TooLarge, $"translating function {function + module.ImportedFunctions} went beyond the limits", module.Code[function].Start, "code");
        }
    }
}
