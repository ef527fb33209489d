using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>instance</c>s.</summary>
internal static class InstanceSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var count = component.Budget.ReadDefinitions(ref reader, "instances");
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
            0 => new Instantiation(start, reader.ReadU32(), budget.ReadParts(ref reader, "arguments", (ref r) => new Argument(
                r.ReadName(budget.Limits.NameBytes),
                SortReader.ReadExternItem(ref r)))),
            1 => new InlineExports(start, budget.ReadParts(ref reader, "exports", (ref r) => new InlineExport(
                ExternReader.ReadName(ref r, budget),
                SortReader.ReadExternItem(ref r)))),
            var other => throw reader.UnknownByte(other, "instance", start),
        };
    }
}
