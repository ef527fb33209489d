namespace Tapedeck.Components.Types;

/// <summary><c>result&lt;T, E&gt;</c>; either side may have no type.</summary>
public sealed class ResultType(WitType? ok, WitType? error) : WitType(WitKind.Result, TypeContents.None, [ok, error], 0)
{
    private VariantType? _variant;

    public WitType? Ok { get; } = ok;
    public WitType? Error { get; } = error;

    /// <summary>A variant of <c>ok</c> (0) and <c>error</c> (1).</summary>
    public override WitType Despecialize() => _variant ??= new VariantType(new Case("ok", Ok), new Case("error", Error));

    internal override WitType Map(TypeMap map)
    {
        var ok = map.Optional(Ok);
        var error = map.Optional(Error);
        return ReferenceEquals(ok, Ok) && ReferenceEquals(error, Error) ? this : new ResultType(ok, error);
    }

    private protected override bool EqualsSameKind(WitType other) => Equals(Ok, ((ResultType)other).Ok) && Equals(Error, ((ResultType)other).Error);
}
