namespace Tapedeck.Components.Types;

/// <summary><c>list&lt;T, N&gt;</c>: stored like a tuple of <see cref="Length"/> equal parts.</summary>
public sealed class FixedListType(WitType element, uint length) : WitType(WitKind.FixedList, TypeContents.None, [element], (int)length)
{
    public WitType Element { get; } = element;
    public uint Length { get; } = length;

    internal override WitType Map(TypeMap map) => map.Type(Element) is var element && ReferenceEquals(element, Element) ? this : new FixedListType(element, Length);

    private protected override bool EqualsSameKind(WitType other) => Length == ((FixedListType)other).Length && Element.Equals(((FixedListType)other).Element);
}
