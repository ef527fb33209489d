namespace Tapedeck.Components.Types;

/// <summary>The type of an import or export. Resource types that an instance brings with it are already known by a name of their scope here.</summary>
internal abstract record ExternType(string Noun)
{
    internal abstract int Nodes { get; }

    /// <summary>How many instances stand inside one another, with this one.</summary>
    internal virtual int Depth => 1;

    /// <summary>Whether any resource type occurs in it, at any depth.</summary>
    internal abstract bool HasResources { get; }
}

internal sealed record CoreModuleExtern(CoreModuleType Type) : ExternType("core module")
{
    internal override int Nodes => 1;
    internal override bool HasResources => false;
}

internal sealed record FuncExtern(FuncType Type) : ExternType("func")
{
    internal override int Nodes => Type.Nodes;
    internal override bool HasResources => (Type.Contents & TypeContents.Resource) != 0;
}

/// <summary>A type with a name: one that is equal to another, or a resource type.</summary>
internal sealed record TypeExtern(IDefinedType Type) : ExternType("type")
{
    internal override int Nodes => Type.Nodes;

    internal override int Depth => Type switch
    {
        InstanceType instance => instance.Depth,
        ComponentType component => component.Depth,
        _ => 1,
    };

    internal override bool HasResources => Type switch
    {
        WitType value => value.Has(TypeContents.Resource),
        FuncType func => (func.Contents & TypeContents.Resource) != 0,
        InstanceType instance => instance.HasResources,
        ComponentType component => component.HasResources,
        _ => true,
    };
}

internal sealed record ComponentExtern(ComponentType Type) : ExternType("component")
{
    internal override int Nodes => Type.Nodes;
    internal override int Depth => Type.Depth;
    internal override bool HasResources => Type.HasResources;
}

internal sealed record InstanceExtern(InstanceType Type) : ExternType("instance")
{
    internal override int Nodes => Type.Nodes;
    internal override int Depth => Type.Depth;
    internal override bool HasResources => Type.HasResources;
}
