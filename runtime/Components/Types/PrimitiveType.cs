namespace Tapedeck.Components.Types;

/// <summary>A type without parts: <c>bool</c>, the integers, the floats, <c>char</c>, <c>string</c>, and <c>error-context</c>, which is refused.</summary>
public sealed class PrimitiveType : WitType
{
    internal PrimitiveType(WitKind kind)
        : base(kind, ContentsOf(kind), [], 0)
    {
    }

    internal override WitType Map(TypeMap map) => this;

    private protected override bool EqualsSameKind(WitType other) => true;

    private static TypeContents ContentsOf(WitKind kind) => kind switch
    {
        WitKind.String => TypeContents.Pointer,
        WitKind.ErrorContext => TypeContents.Async,
        _ => TypeContents.None,
    };
}
