namespace Tapedeck.Components.Types;

/// <summary><c>borrow&lt;R&gt;</c>: a handle that is lent for the time of a call.</summary>
public sealed class BorrowType(ResourceType resource) : WitType(WitKind.Borrow, TypeContents.Resource | TypeContents.Borrow, [], HashIdentity(resource))
{
    public ResourceType Resource { get; } = resource;

    internal override WitType Map(TypeMap map) => map.Resource(Resource) is var resource && ReferenceEquals(resource, Resource) ? this : new BorrowType(resource);

    private protected override bool EqualsSameKind(WitType other) => Resource.Equals(((BorrowType)other).Resource);
}
