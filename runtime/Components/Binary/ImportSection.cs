using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>import</c>s.</summary>
internal static class ImportSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var count = component.Budget.ReadDefinitions(ref reader, "imports");
        for (var i = 0; i < count; i++)
        {
            component.Add(ReadImport(ref reader, component.Budget));
        }
    }

    internal static ImportDefinition ReadImport(ref ByteReader reader, DecodingBudget budget)
    {
        var start = reader.Position;
        return new ImportDefinition(start, ExternReader.ReadName(ref reader, budget), ExternReader.ReadType(ref reader));
    }
}
