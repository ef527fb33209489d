namespace Tapedeck.Components.Types;

/// <summary><c>stream&lt;T&gt;</c> of WASI 0.3: decoded, printed, and refused.</summary>
public sealed class StreamType(WitType? element) : WitType(WitKind.Stream, TypeContents.Async, [element], 0)
{
    public WitType? Element { get; } = element;

    internal override WitType Map(TypeMap map) => map.Optional(Element) is var element && ReferenceEquals(element, Element) ? this : new StreamType(element);

    private protected override bool EqualsSameKind(WitType other) => Equals(Element, ((StreamType)other).Element);
}
