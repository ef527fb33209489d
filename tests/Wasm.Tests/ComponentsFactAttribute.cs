using Xunit;

namespace Tapedeck.Wasm.Tests;

/// <summary>A test of the components that real toolchains wrote, skipped where the environment names no folder of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ComponentsFactAttribute : FactAttribute
{
    private const string Variable = "COMPONENTS_DIR";

    public ComponentsFactAttribute() => Skip = Folder is null ? $"{Variable} names no folder" : null;

    internal static string? Folder { get; } = Environment.GetEnvironmentVariable(Variable);
}
