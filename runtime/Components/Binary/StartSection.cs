using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes a <c>start</c> definition, which is part of the values and refused with them.</summary>
internal static class StartSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var start = reader.Position;
        reader.ReadU32();
        component.Budget.ReadParts(ref reader, "arguments", static (ref r) => r.ReadU32());
        reader.ReadU32();
        component.Add(new RefusedDefinition(start, "start", Feature.Values, "a start function"));
    }
}
