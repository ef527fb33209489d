using Tapedeck.Components.Validation;

namespace Tapedeck.Components;

/// <summary>What a component imports and exports, in the words of WIT.</summary>
/// <remarks>A component does not tell the name of its world: it is called <c>root</c>, as other tools do.</remarks>
/// <param name="Docs">The documentation of the world.</param>
public sealed record WitView(WitInterface Imports, WitInterface Exports, string? Docs)
{
    internal static WitView Of(ValidComponent component)
    {
        var docs = PackageDocs.Read(component.Declaration);
        var names = new WitNames(component.Type);
        var builder = new WitBuilder(names, docs);
        return new WitView(builder.Side(component.Type.Imports), builder.Side(component.Type.Exports), docs.World);
    }

    /// <summary>The world, and every interface in it, as WIT text.</summary>
    public override string ToString() => WitText.Of(this);
}
