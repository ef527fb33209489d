namespace Tapedeck.Components.Types;

/// <summary>A resource type. Each is equal to itself and to its aliases, whatever it is called.</summary>
/// <remarks>A validated component knows its resource types before there is any instance: what an instance puts in the place of one is found by <see cref="Slot"/>.</remarks>
public sealed class ResourceType : IEquatable<ResourceType>, IDefinedType
{
    /// <param name="name">What messages and texts call it.</param>
    /// <param name="slot">Its number among the resource types of its component; -1 where it belongs to no component.</param>
    public ResourceType(string name, int slot = -1)
    {
        Name = name;
        Slot = slot;
        Identity = this;
    }

    private ResourceType(string name, ResourceType original)
    {
        Name = name;
        Slot = original.Slot;
        Original = original;
        Identity = original.Identity;
    }

    public string Name { get; }

    public int Slot { get; }

    string IDefinedType.Noun => "a resource type";

    int IDefinedType.Nodes => 1;

    /// <summary>The type that this one is an alias of; null if it is none.</summary>
    internal ResourceType? Original { get; }

    /// <summary>The same object for the type and all its aliases.</summary>
    internal object Identity { get; }

    public bool Equals(ResourceType? other) => other is not null && ReferenceEquals(Identity, other.Identity);
    public override bool Equals(object? obj) => Equals(obj as ResourceType);
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Identity);
    public override string ToString() => Name;

    /// <summary>The same type under another name.</summary>
    internal ResourceType Alias(string name) => new(name, this);
}
