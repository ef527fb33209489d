using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Validation;

namespace Tapedeck.Wasm.Tests.Binary;

/// <summary>Reads and validates, as the engine does.</summary>
internal static class Loading
{
    internal static ModuleDeclaration Load(byte[] bytes, ModuleLimits? limits = null)
    {
        limits ??= new ModuleLimits();
        var module = ModuleReader.Read(bytes, limits);
        ModuleValidator.Validate(module, limits);
        return module;
    }

    /// <summary>Why the module is refused, or null if it is not. Any other exception is a finding and escapes.</summary>
    internal static InvalidModuleException? Refusal(byte[] bytes, ModuleLimits? limits = null)
    {
        try
        {
            Load(bytes, limits);
            return null;
        }
        catch (InvalidModuleException refusal)
        {
            return refusal;
        }
    }
}
