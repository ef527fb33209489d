namespace Tapedeck.Components.Types;

/// <summary>The type of an instance: what it exports.</summary>
/// <param name="resources">The resource types that each instance has of its own. Where an instance, and not its type alone, is known, they are types of the scope
/// that knows it, and there are none here.</param>
internal sealed class InstanceType(Externs exports, BoundResource[] resources) : IDefinedType
{
    internal Externs Exports { get; } = exports;
    internal BoundResource[] Resources { get; } = resources;

    public int Nodes => Exports.Nodes;
    internal int Depth => Exports.Depth;
    internal bool HasResources => Exports.HasResources;

    string IDefinedType.Noun => "an instance type";
}
