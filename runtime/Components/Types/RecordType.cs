namespace Tapedeck.Components.Types;

/// <summary>A field of a record.</summary>
public readonly record struct Field(string Name, WitType Type);

/// <summary><c>record { name: T, ... }</c>.</summary>
public sealed class RecordType : WitType
{
    private readonly Field[] _fields;

    public RecordType(params Field[] fields)
        : base(WitKind.Record, TypeContents.None, fields.Select(static field => field.Type), HashLabels(fields.Select(static field => field.Name))) => _fields = fields;

    public IReadOnlyList<Field> Fields => _fields;

    /// <summary>The place of the field of that name, or -1.</summary>
    public int IndexOf(string name) => Array.FindIndex(_fields, field => field.Name == name);

    internal override WitType Map(TypeMap map)
    {
        var fields = Array.ConvertAll(_fields, field => field with { Type = map.Type(field.Type) });
        return Same(fields) ? this : new RecordType(fields);
    }

    private protected override bool EqualsSameKind(WitType other) => _fields.AsSpan().SequenceEqual(((RecordType)other)._fields);

    private bool Same(Field[] fields) => _fields.Zip(fields).All(static pair => ReferenceEquals(pair.First.Type, pair.Second.Type));
}
