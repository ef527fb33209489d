namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#element-section"/>.</summary>
internal static class ElementSection
{
    // The bits of a segment's kind. The second one means an explicit table for active segments, declarative for the others.
    private const uint IsNotActive = 0x01;
    private const uint HasTableOrDeclares = 0x02;
    private const uint HasExpressions = 0x04;
    private const uint MaxKind = IsNotActive | HasTableOrDeclares | HasExpressions;

    internal static void Read(ref WasmReader reader, ModuleDraft module)
    {
        var room = module.Limits.Elements;
        module.Elements = reader.ReadVector(module.Limits.ElementSegments, "element segments", (ref r) =>
        {
            var segment = ReadSegment(ref r, module, room);
            room -= segment.Count;
            return segment;
        });
    }

    /// <param name="room">The most elements that the segment may have.</param>
    private static ElementSegment ReadSegment(ref WasmReader reader, ModuleDraft module, int room)
    {
        var start = reader.Position;
        var kind = reader.ReadU32();
        if (kind > MaxKind)
        {
            throw reader.Malformed("malformed elements segment kind", start);
        }
        var mode = ModeOf(kind);
        var table = 0;
        ConstantExpression offset = default;
        if (mode == SegmentMode.Active)
        {
            table = ReadTable(ref reader, module, kind);
            offset = ConstantExpressionReader.Read(ref reader);
        }
        var type = ReadType(ref reader, kind);
        if (mode == SegmentMode.Active && module.Tables[table].Element != type)
        {
            throw reader.Invalid($"type mismatch: elements of {type} in a table of {module.Tables[table].Element}", start);
        }
        var functions = (kind & HasExpressions) == 0 ? reader.ReadVector(room, "elements", module.ReadFunction) : null;
        var items = functions is null ? reader.ReadVector(room, "elements", ConstantExpressionReader.Read) : null;
        return new ElementSegment(mode, type, table, offset, functions, items);
    }

    private static SegmentMode ModeOf(uint kind) => (kind & (IsNotActive | HasTableOrDeclares)) switch
    {
        IsNotActive => SegmentMode.Passive,
        IsNotActive | HasTableOrDeclares => SegmentMode.Declarative,
        _ => SegmentMode.Active,
    };

    private static int ReadTable(ref WasmReader reader, ModuleDraft module, uint kind)
    {
        if ((kind & HasTableOrDeclares) != 0)
        {
            return module.ReadTable(ref reader);
        }
        return module.Tables.Count > 0 ? 0 : throw reader.Invalid("unknown table 0", reader.Position);
    }

    private static ValType ReadType(ref WasmReader reader, uint kind)
    {
        if ((kind & (IsNotActive | HasTableOrDeclares)) == 0)
        {
            return ValType.FuncRef;
        }
        if ((kind & HasExpressions) != 0)
        {
            return TypeReader.ReadRefType(ref reader);
        }
        const byte FunctionReference = 0x00;
        var start = reader.Position;
        return reader.ReadByte() == FunctionReference ? ValType.FuncRef : throw reader.Malformed("malformed element kind", start);
    }
}
