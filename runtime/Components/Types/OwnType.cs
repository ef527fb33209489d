namespace Tapedeck.Components.Types;

/// <summary><c>own&lt;R&gt;</c>: a handle whose holder may, and in the end must, drop the resource.</summary>
public sealed class OwnType(ResourceType resource) : WitType(WitKind.Own, TypeContents.Resource, [], HashIdentity(resource))
{
    public ResourceType Resource { get; } = resource;

    internal override WitType Map(TypeMap map) => map.Resource(Resource) is var resource && ReferenceEquals(resource, Resource) ? this : new OwnType(resource);

    private protected override bool EqualsSameKind(WitType other) => Resource.Equals(((OwnType)other).Resource);
}
