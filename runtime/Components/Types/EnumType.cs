namespace Tapedeck.Components.Types;

/// <summary><c>enum { name, ... }</c>.</summary>
public sealed class EnumType : WitType
{
    private readonly string[] _labels;
    private VariantType? _variant;

    public EnumType(params string[] labels)
        : base(WitKind.Enum, TypeContents.None, [], HashLabels(labels)) => _labels = labels;

    public IReadOnlyList<string> Labels => _labels;

    /// <summary>The place of that label, or -1.</summary>
    public int IndexOf(string label) => Array.IndexOf(_labels, label);

    public override WitType Despecialize() => _variant ??= new VariantType(Array.ConvertAll(_labels, static label => new Case(label, null)));

    internal override WitType Map(TypeMap map) => this;

    private protected override bool EqualsSameKind(WitType other) => _labels.AsSpan().SequenceEqual(((EnumType)other)._labels);
}
