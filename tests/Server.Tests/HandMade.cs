using Tapedeck.Components.Tests.Abi;
using Tapedeck.Components.Tests.Binary;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;

namespace Tapedeck.Server.Tests;

/// <summary>A component that fails in every way that it can by itself, and imports nothing.</summary>
internal static class HandMade
{
    private const int LongText = 2 << 20;

    /// <param name="version">What <c>version</c> returns, 0 to 63.</param>
    /// <param name="isLarge">Whether it wants 1 GiB of memory to begin with.</param>
    internal static byte[] Component(int version = 1, bool isLarge = false) => Of(
        Section(SectionId.CoreModule, Module(version, isLarge)),
        Section(SectionId.CoreInstance, "01 00 00 00"),
        Section(SectionId.Alias, "06  00 00 01 00 'trap'  00 00 01 00 'spin'  00 00 01 00 'grow'  00 00 01 00 'long'  00 00 01 00 'version'  00 02 01 00 'mem'"),
        TypeSection("03  40 00 01 00  40 00 00 73  40 01 'spins' 79 00 79"),
        Section(SectionId.Canon, "05  00 00 00 00 00  00 00 01 00 00  00 00 02 00 00  00 00 03 01 03 00 01  00 00 04 00 02"),
        Section(SectionId.Export, "05  00 'trap' 01 00 00  00 'spin' 01 01 00  00 'grow' 01 02 00  00 'long' 01 03 00  00 'version' 01 04 00"));

    /// <summary>A component that exports <c>f: func(x: tuple&lt;tuple&lt;...u32&gt;&gt;) -> u32</c>, which returns 1.</summary>
    /// <param name="depth">How many tuples there are in one another.</param>
    internal static byte[] Nested(int depth) => Of(
        Section(SectionId.CoreModule, Module(1, isLarge: false)),
        Section(SectionId.CoreInstance, "01 00 00 00"),
        Section(SectionId.Alias, "01  00 00 01 00 'version'"),
        Section(SectionId.Type,
        [
            .. U32((uint)depth + 1),
            .. Hex("6F 01 79"),
            .. Enumerable.Range(0, depth - 1).SelectMany(inner => (byte[])[.. Hex("6F 01"), .. Index(inner)]),
            .. Hex("40 01 'x'"), .. Index(depth - 1), .. Hex("00 79"),
        ]),
        Section(SectionId.Canon, [.. Hex("01 00 00 00 00"), .. U32((uint)depth)]),
        Section(SectionId.Export, "01  00 'f' 01 00 00"));

    /// <summary>A component that exports a function <c>today: func(spins: u32) -> u32</c> in each of two versions of an interface.</summary>
    internal static byte[] Twins() => Of(
        Section(SectionId.CoreModule, Module(1, isLarge: false)),
        Section(SectionId.CoreInstance, "01 00 00 00"),
        Section(SectionId.Alias, "01  00 00 01 00 'version'"),
        TypeSection("01  40 01 'spins' 79 00 79"),
        Section(SectionId.Canon, "01 00 00 00 00 00"),
        Section(SectionId.Instance, "02  01 01 00 'today' 01 00  01 01 00 'today' 01 00"),
        Section(SectionId.Export, "02  00 'acme:weather/forecasts@1.0.0' 05 00 00  00 'acme:weather/forecasts@2.0.0' 05 01 00"));

    private static byte[] Module(int version, bool isLarge) =>
    [
        .. EmptyModule,
        .. Section(1, "03  60 00 00  60 00 01 7F  60 01 7F 01 7F"),
        .. Section(3, "05 00 00 00 01 02"),
        .. Section(5, isLarge ? "01 00 80 80 01" : "01 00 28"),
        .. Section(7, "06  'mem' 02 00  'trap' 00 00  'spin' 00 01  'grow' 00 02  'long' 00 03  'version' 00 04"),
        .. Section(10,
        [
            5,
            .. Body("00 00 0B"),
            .. Body("00 03 40 0C 00 0B 0B"),
            // Until there is no more, and then it gives up.
            .. Body("00 03 40 41 01 40 00 41 7F 46 04 40 00 0B 0C 00 0B 0B"),
            .. Body(Code.Pair(32, LongText)),
            // Counts down, then returns a constant.
            .. Body($"00 02 40 03 40 20 00 45 0D 01 20 00 41 01 6B 21 00 0C 00 0B 0B 41 {version:X2} 0B"),
        ]),
    ];

    private static byte[] Body(string hex) => Hex(hex) is var body ? [.. U32((uint)body.Length), .. body] : [];
}
