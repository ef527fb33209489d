using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes a component inside a component.</summary>
internal static class ComponentSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var start = reader.Position;
        component.Add(new ComponentDefinition(start, ComponentReader.Read(ref reader, component.Bytes, component.Budget)));
    }
}
