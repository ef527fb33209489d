using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>canon</c>s.</summary>
internal static class CanonSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var count = component.Budget.ReadDefinitions(ref reader, "canonical functions");
        for (var i = 0; i < count; i++)
        {
            component.Add(ReadCanon(ref reader, component.Budget));
        }
    }

    private static Canon ReadCanon(ref ByteReader reader, DecodingBudget budget)
    {
        var start = reader.Position;
        var code = reader.ReadByte();
        switch (code)
        {
            case 0x00:
                reader.ReadExactly(0, "canonical function lift");
                return new CanonLift(start, reader.ReadU32(), CanonOptionsReader.Read(ref reader, budget), reader.ReadU32());
            case 0x01:
                reader.ReadExactly(0, "canonical function lower");
                return new CanonLower(start, reader.ReadU32(), CanonOptionsReader.Read(ref reader, budget));
            case 0x02:
                return new CanonResource(start, ResourceOperation.New, reader.ReadU32());
            case 0x03:
                return new CanonResource(start, ResourceOperation.Drop, reader.ReadU32());
            case 0x04:
                return new CanonResource(start, ResourceOperation.Rep, reader.ReadU32());
            default:
                return AsyncBuiltins.Read(ref reader, code, start, budget);
        }
    }
}
