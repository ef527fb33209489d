using Xunit;

namespace Tapedeck.Components.Tests.Binary;

/// <summary>The components that real toolchains write, where the environment names a folder of them.</summary>
public sealed class ReferenceComponentTests
{
    private const string Variable = "COMPONENTS_DIR";

    [ComponentsFact]
    public void Every_component_is_valid_and_can_be_shown()
    {
        foreach (var path in Directory.EnumerateFiles(ComponentsFact.Folder!, "*.wasm"))
        {
            using var component = Loading.Compile(File.ReadAllBytes(path));
            Assert.Contains("world root {", component.Wit.ToString(), StringComparison.Ordinal);
            Assert.NotEmpty(component.Wit.Exports.Functions.Select(function => function.Name).Concat(component.Wit.Exports.Interfaces.Select(item => item.Name)));
        }
    }

    private sealed class ComponentsFact : FactAttribute
    {
        public ComponentsFact() => Skip = Folder is null ? $"{Variable} names no folder" : null;

        internal static string? Folder { get; } = Environment.GetEnvironmentVariable(Variable);
    }
}
