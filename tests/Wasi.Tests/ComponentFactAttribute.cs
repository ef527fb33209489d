using Xunit;

namespace Tapedeck.Wasi.Tests;

/// <summary>A test on real components; skipped, and counted as skipped, where they are not at hand.</summary>
internal sealed class ComponentFactAttribute : FactAttribute
{
    public ComponentFactAttribute() => Skip = ComponentTheoryAttribute.Missing;
}
