using System.Runtime.InteropServices;

namespace Tapedeck.Fuzz.Oracles;

/// <summary>Finds the pinned V8.</summary>
internal static class NodeBinary
{
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    internal static string Find()
    {
        var package = $"node-linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        var path = Path.Combine(SourceFolder.Path, "oracle", "node_modules", package, "bin", "node");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is missing: run tests/Fuzz/oracle/install");
    }
}
