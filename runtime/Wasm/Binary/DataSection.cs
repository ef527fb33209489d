namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#data-section"/>.</summary>
internal static class DataSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module)
    {
        var start = reader.Position;
        module.Data = reader.ReadVector(module.Limits.DataSegments, "data segments", (ref r) => ReadSegment(ref r, module));
        CheckCount(reader, module, start);
    }

    /// <summary>Refuses if there is not the number of segments that the data count section announced; no section counts as an empty one.</summary>
    internal static void CheckCount(WasmReader reader, ModuleDraft module, int offset)
    {
        if (module.DataCount is { } count && count != module.Data.Length)
        {
            throw reader.Malformed("data count and data section have inconsistent lengths", offset);
        }
    }

    private static DataSegment ReadSegment(ref WasmReader reader, ModuleDraft module)
    {
        const uint ActiveInMemory0 = 0;
        const uint Passive = 1;
        const uint Active = 2;
        var start = reader.Position;
        return reader.ReadU32() switch
        {
            ActiveInMemory0 when module.Memories.Count == 0 => throw reader.Invalid("unknown memory 0", start),
            ActiveInMemory0 => ReadActive(ref reader, 0),
            Passive => ReadBytes(ref reader, SegmentMode.Passive, 0, default),
            Active => ReadActive(ref reader, module.ReadMemory(ref reader)),
            _ => throw reader.Malformed("malformed data segment kind", start),
        };
    }

    private static DataSegment ReadActive(ref WasmReader reader, int memory) =>
        ReadBytes(ref reader, SegmentMode.Active, memory, ConstantExpressionReader.Read(ref reader));

    private static DataSegment ReadBytes(ref WasmReader reader, SegmentMode mode, int memory, ConstantExpression offset)
    {
        var length = reader.ReadLength();
        var start = reader.Position;
        reader.ReadBytes(length);
        return new DataSegment(mode, memory, offset, start, length);
    }
}
