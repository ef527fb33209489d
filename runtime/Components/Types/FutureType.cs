namespace Tapedeck.Components.Types;

/// <summary><c>future&lt;T&gt;</c> of WASI 0.3: decoded, printed, and refused.</summary>
public sealed class FutureType(WitType? element) : WitType(WitKind.Future, TypeContents.Async, [element], 0)
{
    public WitType? Element { get; } = element;

    internal override WitType Map(TypeMap map) => map.Optional(Element) is var element && ReferenceEquals(element, Element) ? this : new FutureType(element);

    private protected override bool EqualsSameKind(WitType other) => Equals(Element, ((FutureType)other).Element);
}
