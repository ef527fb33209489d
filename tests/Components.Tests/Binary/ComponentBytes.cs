using System.Text;
using System.Text.RegularExpressions;

namespace Tapedeck.Components.Tests.Binary;

/// <summary>Writes components for tests, right or wrong. In hex, a name stands between apostrophes and gets its length.</summary>
internal static partial class ComponentBytes
{
    internal static readonly byte[] Preamble = [.. "\0asm"u8, 0x0D, 0, 1, 0];

    internal static readonly byte[] EmptyModule = [.. "\0asm"u8, 1, 0, 0, 0];

    /// <summary>Exports a memory <c>mem</c>, a <c>realloc</c>, <c>f: (i32) -> ()</c>, <c>g: () -> (i32)</c> and <c>s: (i32 i32) -> (i32)</c>.</summary>
    internal static readonly byte[] Module =
    [
        .. EmptyModule,
        .. Section(1, "04  60 04 7F7F7F7F 01 7F  60 01 7F 00  60 00 01 7F  60 02 7F7F 01 7F"),
        .. Section(3, "04 00 01 02 03"),
        .. Section(5, "01 00 01"),
        .. Section(7, "05  'mem' 02 00  'realloc' 00 00  'f' 00 01  'g' 00 02  's' 00 03"),
        .. Section(10, "04  04 00 41 00 0B  02 00 0B  04 00 41 00 0B  04 00 41 00 0B"),
    ];

    internal static byte[] Of(params byte[][] sections) => [.. Preamble, .. sections.SelectMany(section => section)];

    internal static byte[] Section(byte id, string hex) => Section(id, Hex(hex));

    internal static byte[] Section(byte id, byte[] content) => [id, .. U32((uint)content.Length), .. content];

    internal static byte[] TypeSection(string hex) => Section(SectionId.Type, hex);

    internal static byte[] U32(uint value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        return [.. bytes, (byte)value];
    }

    /// <summary>An index where a type code could stand: a signed integer that is not negative.</summary>
    internal static byte[] Index(int value) => value < 0x40 ? [(byte)value] : [(byte)(value | 0x80), .. Index(value >> 7)];

    internal static byte[] Hex(string hex) =>
        Convert.FromHexString(Name().Replace(hex, name => Convert.ToHexString([.. U32((uint)Encoding.UTF8.GetByteCount(name.Groups[1].Value)), .. Encoding.UTF8.GetBytes(name.Groups[1].Value)])).Replace(" ", "", StringComparison.Ordinal));

    internal static byte[] Repeat(int count, string hex) => [.. Enumerable.Repeat(Hex(hex), count).SelectMany(bytes => bytes)];

    /// <summary>
    /// A valid component with every section that is not refused: it imports an interface with a resource, a function and a record, defines a resource of its own,
    /// lifts, lowers, instantiates a component inside it, and exports functions, types and an instance.
    /// </summary>
    internal static byte[] Full() => Of(
        Section(SectionId.Custom, "'note' 010203"),
        Section(SectionId.CoreModule, Module),
        Section(SectionId.CoreInstance, "02  00 00 00  01 00"),
        // core funcs 0 realloc, 1 f, 2 g, 3 s; memory 0
        Section(SectionId.Alias, "05  00 00 01 00 'realloc'  00 00 01 00 'f'  00 00 01 00 'g'  00 00 01 00 's'  00 02 01 00 'mem'"),
        Section(SectionId.CoreType, "02  60 00 00  50 04 01 60 00 00 00 'a' 'b' 00 00 02 10 01 01 00 03 'e' 02 00 01"),
        // type 0: an interface of a resource r, a record rec, [constructor]r, [method]r.m
        TypeSection("01  42 09  04 00 'r' 03 01  01 69 00  01 72 02 'a' 79 'b-c' 73  04 00 'rec' 03 00 02  01 40 00 00 01  04 00 '[constructor]r' 01 04  01 68 00  01 40 02 'self' 05 'x' 03 01 00  04 00 '[method]r.m' 01 06"),
        // instance 0, func 0
        Section(SectionId.Import, "01  00 'ns:pkg/things@0.2.1' 05 00"),
        Section(SectionId.Alias, "02  01 00 00 '[method]r.m'  03 00 00 'rec'"),
        // types 2..: own resource, results, lists, variants
        TypeSection("0B  3F 7F 01 01  69 02  71 03 'none-of' 00 00 'one' 01 79 00 'TWO' 01 73 00  70 7D  6F 02 79 7B  6E 02 'x' 'y'  6D 02 'p' 'q'  6B 04  6A 01 05 01 73  67 7D 03  63 73 79"),
        // core funcs 4 lower, 5 new, 6 drop, 7 rep
        Section(SectionId.Canon, "04  01 00 00 02 03 00 04 00  02 02  03 02  04 02"),
        // types 13: resource export, 14 variant
        Section(SectionId.Export, "02  00 'thing' 03 02 00  00 'choice' 03 04 00"),
        // types 15 own 13, 16 func -> own, 17 func (string) -> string, 18 borrow 13, 19 func(self)
        TypeSection("05  69 0D  40 00 00 0F  40 01 's' 73 00 73  68 0D  40 01 'self' 12 01 00"),
        // funcs 1, 2, 3
        Section(SectionId.Canon, "03  00 00 02 00 10  00 00 03 02 03 00 04 00 11  00 00 01 00 13"),
        Section(SectionId.Export, "03  00 '[constructor]thing' 01 01 00  00 'echo' 01 02 01 01 11  02 '[method]thing.poke' 01 02 'id' 01 03 00"),
        // component 0: imports a resource and re-exports it, exports one of its own
        Section(SectionId.Component, Of(
            Section(SectionId.Import, "01  00 'x' 03 01"),
            TypeSection("01  3F 7F 00"),
            Section(SectionId.Export, "02  00 'y' 03 00 00  00 'z' 03 01 00"))),
        Section(SectionId.Instance, "02  00 00 01 'x' 03 02  01 01 00 'in' 05 01"),
        Section(SectionId.Export, "01  00 'bag' 05 02 00"));

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Name();
}
