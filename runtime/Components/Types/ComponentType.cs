namespace Tapedeck.Components.Types;

/// <summary>The type of a component: for all resource types that its imports bring, an instance with these exports and new resource types.</summary>
/// <param name="importedResources">The resource types that come with the imports.</param>
/// <param name="exportedResources">The resource types that each instance makes.</param>
internal sealed class ComponentType(Externs imports, BoundResource[] importedResources, Externs exports, BoundResource[] exportedResources) : IDefinedType
{
    internal Externs Imports { get; } = imports;
    internal BoundResource[] ImportedResources { get; } = importedResources;
    internal Externs Exports { get; } = exports;
    internal BoundResource[] ExportedResources { get; } = exportedResources;

    public int Nodes => (int)Math.Min((long)Imports.Nodes + Exports.Nodes, int.MaxValue);
    internal int Depth => Math.Max(Imports.Depth, Exports.Depth);
    internal bool HasResources => Imports.HasResources || Exports.HasResources;

    string IDefinedType.Noun => "a component type";
}
