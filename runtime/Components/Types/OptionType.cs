namespace Tapedeck.Components.Types;

/// <summary><c>option&lt;T&gt;</c>.</summary>
public sealed class OptionType(WitType element) : WitType(WitKind.Option, TypeContents.None, [element], 0)
{
    private VariantType? _variant;

    public WitType Element { get; } = element;

    /// <summary>A variant of <c>none</c> (0) and <c>some</c> (1).</summary>
    public override WitType Despecialize() => _variant ??= new VariantType(new Case("none", null), new Case("some", Element));

    internal override WitType Map(TypeMap map) => map.Type(Element) is var element && ReferenceEquals(element, Element) ? this : new OptionType(element);

    private protected override bool EqualsSameKind(WitType other) => Element.Equals(((OptionType)other).Element);
}
