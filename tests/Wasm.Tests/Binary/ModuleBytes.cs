namespace Tapedeck.Wasm.Tests.Binary;

/// <summary>Writes modules for tests, right or wrong.</summary>
internal static class ModuleBytes
{
    internal static readonly byte[] Preamble = [.. "\0asm"u8, 1, 0, 0, 0];

    internal static byte[] Of(params byte[][] sections) => [.. Preamble, .. sections.SelectMany(section => section)];

    internal static byte[] Section(byte id, string hex) => Section(id, Hex(hex));

    internal static byte[] Section(byte id, byte[] content) => [id, .. U32((uint)content.Length), .. content];

    internal static byte[] Vector(params byte[][] items) => [.. U32((uint)items.Length), .. items.SelectMany(item => item)];

    /// <summary>A body with <paramref name="locals"/>, a vector in hex, and code without its <c>end</c>.</summary>
    internal static byte[] Body(byte[] code, string locals = "00")
    {
        byte[] content = [.. Hex(locals), .. code, 0x0B];
        return [.. U32((uint)content.Length), .. content];
    }

    /// <summary>A module with one function of one type, given in hex.</summary>
    internal static byte[] WithCode(byte[] code, string type = "60 00 00", string locals = "00") => Of(
        Section(SectionId.Type, "01" + type),
        Section(SectionId.Function, "01 00"),
        Section(SectionId.Code, Vector(Body(code, locals))));

    internal static byte[] U32(uint value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        return [.. bytes, (byte)value];
    }

    internal static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    internal static byte[] Repeat(int count, params byte[] pattern)
    {
        var bytes = new byte[count * pattern.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = pattern[i % pattern.Length];
        }
        return bytes;
    }

    /// <summary>A valid module that has every section and every kind of segment.</summary>
    internal static byte[] Full() => Of(
        Section(SectionId.Custom, "04 6E616D65 010203"),
        Section(SectionId.Type, "03 600000 60017F017F 60027F7E027B6F"),
        Section(SectionId.Import, "04 0161 0162 00 01  0161 0163 01 70 01 01 05  0161 0164 02 00 01  0161 0165 03 7F 00"),
        Section(SectionId.Function, "02 01 00"),
        Section(SectionId.Table, "02 70 00 02  6F 01 01 03"),
        Section(SectionId.Memory, "01 01 01 02"),
        Section(SectionId.Global, "03 7F 01 23 00 41 05 6A 0B  7B 00 FD0C 00000000000000000000000000000000 0B  70 00 D2 01 0B"),
        Section(SectionId.Export, "04 0166 00 01  0174 01 00  016D 02 01  0167 03 01"),
        Section(SectionId.Start, "02"),
        Section(SectionId.Element, "05 00 41 00 0B 01 01  01 00 01 02  03 00 01 00  05 70 02 D0 70 0B D2 01 0B  06 02 41 01 0B 6F 01 D0 6F 0B"),
        Section(SectionId.DataCount, "03"),
        Section(SectionId.Code, Vector(
            Body(Hex("20 00 02 7F 20 00 28 02 04 0B 6A 04 7F 41 01 05 41 02 0B 41 00 11 01 00"), "02 01 7F 02 7E"),
            Body(Hex("03 40 41 00 0E 01 00 01 0B 41 00 41 00 41 00 FC08 00 00 FC09 01")))),
        Section(SectionId.Data, "03 00 41 00 0B 02 4142  01 01 43  02 01 41 01 0B 00"));
}
