namespace Tapedeck.Components.Types;

/// <summary><c>map&lt;K, V&gt;</c>: a list of pairs. The specification asks neither for an order nor for unique keys.</summary>
public sealed class MapType(WitType key, WitType value) : WitType(WitKind.Map, TypeContents.Pointer, [key, value], 0)
{
    private ListType? _list;

    public WitType Key { get; } = key;
    public WitType Value { get; } = value;

    public override WitType Despecialize() => _list ??= new ListType(new TupleType(Key, Value));

    internal override WitType Map(TypeMap map)
    {
        var key = map.Type(Key);
        var value = map.Type(Value);
        return ReferenceEquals(key, Key) && ReferenceEquals(value, Value) ? this : new MapType(key, value);
    }

    private protected override bool EqualsSameKind(WitType other) => Key.Equals(((MapType)other).Key) && Value.Equals(((MapType)other).Value);
}
