namespace Tapedeck.Components.Types;

/// <summary><c>tuple&lt;T, ...&gt;</c>.</summary>
public sealed class TupleType : WitType
{
    private readonly WitType[] _elements;
    private RecordType? _record;

    public TupleType(params WitType[] elements)
        : base(WitKind.Tuple, TypeContents.None, elements, 0) => _elements = elements;

    public IReadOnlyList<WitType> Elements => _elements;

    public override WitType Despecialize() => _record ??= new RecordType([.. _elements.Select(static (type, i) => new Field(i.ToString(), type))]);

    internal override WitType Map(TypeMap map)
    {
        var elements = Array.ConvertAll(_elements, map.Type);
        return _elements.Zip(elements).All(static pair => ReferenceEquals(pair.First, pair.Second)) ? this : new TupleType(elements);
    }

    private protected override bool EqualsSameKind(WitType other) => _elements.AsSpan().SequenceEqual(((TupleType)other)._elements);
}
