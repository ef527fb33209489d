using Xunit;

namespace Tapedeck.Wasi.Tests;

/// <inheritdoc cref="ComponentFactAttribute"/>
internal sealed class ComponentTheoryAttribute : TheoryAttribute
{
    internal static readonly string? Missing = ComponentFiles.Folder is null ? "COMPONENTS_DIR IS NOT SET: it names the folder of the components to run" : null;

    public ComponentTheoryAttribute() => Skip = Missing;
}
