using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>value</c> definitions, which are refused.</summary>
internal static class ValueSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var count = component.Budget.ReadDefinitions(ref reader, "values");
        for (var i = 0; i < count; i++)
        {
            var start = reader.Position;
            ValTypeReader.Read(ref reader);
            reader.ReadBytes(reader.ReadLength());
            component.Add(new RefusedDefinition(start, "value", Feature.Values, "a value definition"));
        }
    }
}
