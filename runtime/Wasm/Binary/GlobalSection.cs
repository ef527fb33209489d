namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#global-section"/>.</summary>
internal static class GlobalSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module) => module.GlobalInits =
        reader.ReadVector(module.Limits.Globals - module.Globals.Count, "globals", (ref r) => ReadGlobal(ref r, module));

    private static ConstantExpression ReadGlobal(ref WasmReader reader, ModuleDraft module)
    {
        module.Globals.Add(TypeReader.ReadGlobalType(ref reader));
        return ConstantExpressionReader.Read(ref reader);
    }
}
