using Xunit;

namespace Tapedeck.Wasm.Tests.Binary;

/// <summary>The core modules that real toolchains write, where the environment names a folder of components.</summary>
public class ReferenceComponentTests
{
    [ComponentsFact]
    public void Every_core_module_is_valid()
    {
        foreach (var path in Directory.EnumerateFiles(ComponentsFactAttribute.Folder!, "*.wasm"))
        {
            foreach (var module in CoreModules.Of(File.ReadAllBytes(path)))
            {
                var refusal = Loading.Refusal(module);
                Assert.True(refusal is null, $"{Path.GetFileName(path)}: {refusal?.Message}");
            }
        }
    }
}
