namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#function-section"/>.</summary>
internal static class FunctionSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module) => module.FunctionTypes.AddRange(
        reader.ReadVector(module.Limits.Functions - module.FunctionTypes.Count, "functions", module.ReadType));
}
