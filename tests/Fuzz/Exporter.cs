using Tapedeck.Fuzz.Generation;
using Tapedeck.Fuzz.Oracles;
using Tapedeck.Fuzz.Playing;

namespace Tapedeck.Fuzz;

/// <summary>Keeps a scenario, with what V8 makes of it, as a case of the engine's tests.</summary>
internal static class Exporter
{
    internal static string Folder { get; } = Path.GetFullPath(Path.Combine(SourceFolder.Path, "..", "Wasm.Tests", "Regressions"));

    /// <param name="source">A seed, or the path of a finding without extension.</param>
    /// <returns>The exit code.</returns>
    internal static int Export(string source, string name)
    {
        var scenario = ulong.TryParse(source, out var seed) ? ModuleGenerator.Generate(seed).ToScenario() : ScenarioFile.Read(source).Scenario;
        using var oracle = new Oracle(NodeBinary.Find());
        if (oracle.Play(scenario) is not { } expected)
        {
            Console.Error.WriteLine("V8 does not answer");
            return 1;
        }
        Directory.CreateDirectory(Folder);
        ScenarioFile.Write(Path.Combine(Folder, name), scenario, expected, null);
        Console.WriteLine(Path.Combine(Folder, name));
        return 0;
    }
}
