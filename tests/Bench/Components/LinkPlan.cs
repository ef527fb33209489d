namespace Tapedeck.Bench.Components;

/// <summary>
/// The core modules of a component in a folder, with the text file <c>link.txt</c> that says how they are instantiated, a line each, fields between tabs:
/// <c>module FILE</c>; <c>instantiate MODULE (NAME INSTANCE)*</c>; <c>exports (NAME INSTANCE EXPORT)*</c>, where <c>-</c> for an instance asks for a stub;
/// <c>lift NAME</c> with instance and export of the function, its memory, its realloc, its post-return.
/// Both engines read it, so that both link the same modules to the same stubs, and neither pays for reading components.
/// </summary>
internal static class LinkPlan
{
    internal const string FileName = "link.txt";

    /// <summary>Takes a component apart into <paramref name="folder"/>.</summary>
    internal static void Write(string componentFile, string folder)
    {
        var component = ComponentReader.WithLargestModule(File.ReadAllBytes(componentFile));
        Directory.CreateDirectory(folder);
        var lines = new List<string>();
        for (var i = 0; i < component.Modules.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{i}.wasm"), component.Modules[i]);
            lines.Add(Line("module", $"{i}.wasm"));
        }
        lines.AddRange(component.Instances);
        lines.AddRange(component.Lifts);
        File.WriteAllText(Path.Combine(folder, FileName), string.Join('\n', lines) + "\n");
    }

    internal static string Line(params IEnumerable<string> fields) => string.Join('\t', fields);
}
