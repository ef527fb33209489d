using Xunit;

namespace Tapedeck.Wasm.Tests.Binary;

/// <summary>The core modules that real toolchains write, where the environment names a folder of components.</summary>
public class ReferenceComponentTests
{
    private const string Variable = "COMPONENTS_DIR";

    [ComponentsFact]
    public void Every_core_module_is_valid()
    {
        foreach (var path in Directory.EnumerateFiles(ComponentsFact.Folder!, "*.wasm"))
        {
            foreach (var module in CoreModules.Of(File.ReadAllBytes(path)))
            {
                var refusal = Loading.Refusal(module);
                Assert.True(refusal is null, $"{Path.GetFileName(path)}: {refusal?.Message}");
            }
        }
    }

    private sealed class ComponentsFact : FactAttribute
    {
        public ComponentsFact() => Skip = Folder is null ? $"{Variable} names no folder" : null;

        internal static string? Folder { get; } = Environment.GetEnvironmentVariable(Variable);
    }
}
