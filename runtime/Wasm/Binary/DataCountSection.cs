namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#data-count-section"/>.</summary>
internal static class DataCountSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module)
    {
        var start = reader.Position;
        var count = reader.ReadU32();
        if (count > module.Limits.DataSegments)
        {
            throw reader.TooLarge($"{count} data segments are more than the limit of {module.Limits.DataSegments}", start);
        }
        module.DataCount = (int)count;
    }
}
