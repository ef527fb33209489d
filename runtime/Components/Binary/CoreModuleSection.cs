using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Finds a core module, which is left to the engine.</summary>
internal static class CoreModuleSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        component.Budget.AddCoreModule(ref reader);
        component.Add(new CoreModuleDefinition(reader.Position, reader.Position, reader.Remaining));
        reader.ReadBytes(reader.Remaining);
    }
}
