namespace Tapedeck.Components.Types;

/// <summary>A case of a variant; one without a payload has no type.</summary>
public readonly record struct Case(string Name, WitType? Type);

/// <summary><c>variant { name(T), ... }</c>.</summary>
public sealed class VariantType : WitType
{
    private readonly Case[] _cases;

    public VariantType(params Case[] cases)
        : base(WitKind.Variant, TypeContents.None, cases.Select(static @case => @case.Type), HashLabels(cases.Select(static @case => @case.Name))) => _cases = cases;

    public IReadOnlyList<Case> Cases => _cases;

    /// <summary>The place of the case of that name, or -1.</summary>
    public int IndexOf(string name) => Array.FindIndex(_cases, @case => @case.Name == name);

    internal override WitType Map(TypeMap map)
    {
        var cases = Array.ConvertAll(_cases, @case => @case with { Type = map.Optional(@case.Type) });
        return Same(cases) ? this : new VariantType(cases);
    }

    private protected override bool EqualsSameKind(WitType other) => _cases.AsSpan().SequenceEqual(((VariantType)other)._cases);

    private bool Same(Case[] cases) => _cases.Zip(cases).All(static pair => ReferenceEquals(pair.First.Type, pair.Second.Type));
}
