namespace Tapedeck.Components.Tests.Binary;

internal static class SectionId
{
    internal const byte Custom = 0;
    internal const byte CoreModule = 1;
    internal const byte CoreInstance = 2;
    internal const byte CoreType = 3;
    internal const byte Component = 4;
    internal const byte Instance = 5;
    internal const byte Alias = 6;
    internal const byte Type = 7;
    internal const byte Canon = 8;
    internal const byte Start = 9;
    internal const byte Import = 10;
    internal const byte Export = 11;
    internal const byte Value = 12;
}
