using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Tests.Binary;

/// <summary>Takes the core modules out of a component, those of nested components too.</summary>
internal static class CoreModules
{
    private const byte CoreModuleSection = 1;
    private const byte ComponentSection = 4;

    internal static IEnumerable<byte[]> Of(byte[] component)
    {
        var waiting = new Stack<byte[]>([component]);
        while (waiting.TryPop(out var next))
        {
            foreach (var (id, content) in SectionsOf(next))
            {
                if (id == CoreModuleSection)
                {
                    yield return content;
                }
                else if (id == ComponentSection)
                {
                    waiting.Push(content);
                }
            }
        }
    }

    private static List<(byte Id, byte[] Content)> SectionsOf(byte[] component)
    {
        var reader = new WasmReader(component, ModuleBytes.Preamble.Length, "component");
        var sections = new List<(byte, byte[])>();
        while (!reader.AtEnd)
        {
            sections.Add((reader.ReadByte(), reader.ReadBytes(reader.ReadLength()).ToArray()));
        }
        return sections;
    }
}
