namespace Tapedeck.Components.Types;

/// <summary><c>list&lt;T&gt;</c>.</summary>
public sealed class ListType(WitType element) : WitType(WitKind.List, TypeContents.Pointer, [element], 0)
{
    public WitType Element { get; } = element;

    internal override WitType Map(TypeMap map) => map.Type(Element) is var element && ReferenceEquals(element, Element) ? this : new ListType(element);

    private protected override bool EqualsSameKind(WitType other) => Element.Equals(((ListType)other).Element);
}
