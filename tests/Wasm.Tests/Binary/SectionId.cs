namespace Tapedeck.Wasm.Tests.Binary;

internal static class SectionId
{
    internal const byte Custom = 0;
    internal const byte Type = 1;
    internal const byte Import = 2;
    internal const byte Function = 3;
    internal const byte Table = 4;
    internal const byte Memory = 5;
    internal const byte Global = 6;
    internal const byte Export = 7;
    internal const byte Start = 8;
    internal const byte Element = 9;
    internal const byte Code = 10;
    internal const byte Data = 11;
    internal const byte DataCount = 12;
}
