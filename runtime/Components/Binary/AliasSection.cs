using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>alias</c>es.</summary>
internal static class AliasSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var count = component.Budget.ReadDefinitions(ref reader, "aliases");
        for (var i = 0; i < count; i++)
        {
            component.Add(ReadAlias(ref reader, component.Limits));
        }
    }

    internal static Definition ReadAlias(ref ByteReader reader, ComponentLimits limits)
    {
        var start = reader.Position;
        var sort = SortReader.ReadAliasSort(ref reader);
        var target = reader.Position;
        return reader.ReadByte() switch
        {
            0 => new ExportAlias(start, sort.Export(ref reader), reader.ReadU32(), reader.ReadName(limits.NameBytes)),
            1 => new CoreExportAlias(start, sort.CoreExport(ref reader), reader.ReadU32(), reader.ReadName(limits.NameBytes)),
            2 => new OuterAlias(start, sort.Outer(ref reader), reader.ReadU32(), reader.ReadU32()),
            var other => throw reader.UnknownByte(other, "alias", target),
        };
    }
}
