namespace Tapedeck.Components.Binary;

/// <summary>Reads the name of a custom section; its content stays raw, and nothing in it can make a component invalid.</summary>
internal static class CustomSectionReader
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var name = reader.ReadName(component.Limits.NameBytes);
        component.Add(new CustomSection(name, reader.Position, reader.Remaining));
        reader.ReadBytes(reader.Remaining);
    }
}
