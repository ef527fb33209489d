namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#type-section"/>.</summary>
internal static class TypeSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module)
    {
        var limits = module.Limits;
        module.Types = reader.ReadVector(limits.Types, "types", (ref r) => TypeReader.ReadFuncType(ref r, limits));
    }
}
