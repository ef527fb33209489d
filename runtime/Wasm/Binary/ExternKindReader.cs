namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes the kind byte of an import or export.</summary>
internal static class ExternKindReader
{
    internal static ExternKind Read(ref WasmReader reader, string malformed)
    {
        const byte Tag = 4;
        var start = reader.Position;
        var kind = reader.ReadByte();
        return kind switch
        {
            <= (byte)ExternKind.Global => (ExternKind)kind,
            Tag => throw reader.Unsupported(Feature.Exceptions, "a tag", start),
            _ => throw reader.Malformed(malformed, start),
        };
    }
}
