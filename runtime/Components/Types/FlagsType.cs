namespace Tapedeck.Components.Types;

/// <summary><c>flags { name, ... }</c>: 1 to 32 bits with names, the first in bit 0.</summary>
public sealed class FlagsType : WitType
{
    /// <summary>The most labels that the specification allows.</summary>
    public const int MostLabels = 32;

    private readonly string[] _labels;

    public FlagsType(params string[] labels)
        : base(WitKind.Flags, TypeContents.None, [], HashLabels(labels)) => _labels = labels;

    public IReadOnlyList<string> Labels => _labels;

    /// <summary>The bits that have a name.</summary>
    public uint Mask => _labels.Length >= MostLabels ? uint.MaxValue : (1u << _labels.Length) - 1;

    /// <summary>The bit of that label, or -1.</summary>
    public int IndexOf(string label) => Array.IndexOf(_labels, label);

    internal override WitType Map(TypeMap map) => this;

    private protected override bool EqualsSameKind(WitType other) => _labels.AsSpan().SequenceEqual(((FlagsType)other)._labels);
}
