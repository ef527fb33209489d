namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#memory-section"/>.</summary>
internal static class MemorySection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module) => module.Memories.AddRange(
        reader.ReadVector(module.Limits.Memories - module.Memories.Count, "memories", TypeReader.ReadMemoryType));
}
