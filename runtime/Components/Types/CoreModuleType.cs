namespace Tapedeck.Components.Types;

/// <summary>The type of a core module: imports by module and name, exports by name.</summary>
internal sealed class CoreModuleType(Dictionary<(string Module, string Name), Wasm.ExternType> imports, Dictionary<string, Wasm.ExternType> exports)
{
    internal IReadOnlyDictionary<(string Module, string Name), Wasm.ExternType> Imports { get; } = imports;
    internal IReadOnlyDictionary<string, Wasm.ExternType> Exports { get; } = exports;
}
