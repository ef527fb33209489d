using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>export</c>s.</summary>
internal static class ExportSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var count = component.Budget.ReadDefinitions(ref reader, "exports");
        for (var i = 0; i < count; i++)
        {
            var start = reader.Position;
            component.Add(new ExportDefinition(
                start,
                ExternReader.ReadName(ref reader, component.Budget),
                SortReader.ReadExternItem(ref reader),
                reader.ReadPresence("optional component export type") ? ExternReader.ReadType(ref reader) : null));
        }
    }
}
