using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>core:instance</c>s.</summary>
internal static class CoreInstanceSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var count = component.Budget.ReadDefinitions(ref reader, "core instances");
        for (var i = 0; i < count; i++)
        {
            component.Add(ReadInstance(ref reader, component.Budget));
        }
    }

    private static Definition ReadInstance(ref ByteReader reader, DecodingBudget budget)
    {
        var start = reader.Position;
        return reader.ReadByte() switch
        {
            0 => new CoreInstantiation(start, reader.ReadU32(), budget.ReadParts(ref reader, "arguments", (ref r) => ReadArgument(ref r, budget.Limits))),
            1 => new CoreInlineExports(start, budget.ReadParts(ref reader, "exports", (ref r) => new CoreInlineExport(
                r.ReadName(budget.Limits.NameBytes),
                SortReader.ReadCoreItem(ref r)))),
            var other => throw reader.UnknownByte(other, "core instance", start),
        };
    }

    private static CoreArgument ReadArgument(ref ByteReader reader, ComponentLimits limits)
    {
        const byte Instance = 0x12;
        var start = reader.Position;
        var name = reader.ReadName(limits.NameBytes);
        reader.ReadExactly(Instance, "instantiation arg kind");
        return new CoreArgument(name, reader.ReadU32(), start);
    }
}
