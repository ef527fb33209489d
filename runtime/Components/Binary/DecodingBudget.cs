namespace Tapedeck.Components.Binary;

/// <summary>Counts what a component and everything inside it declares against the limits.</summary>
internal sealed class DecodingBudget(ComponentLimits limits)
{
    private int _definitions;
    private int _parts;
    private int _coreModules;
    private int _nesting;

    internal ComponentLimits Limits { get; } = limits;

    /// <summary>The length of a vector of definitions or declarators.</summary>
    internal int ReadDefinitions(ref ByteReader reader, string items)
    {
        var start = reader.Position;
        var count = reader.ReadCount(items);
        return Charge(ref reader, count, ref _definitions, Limits.Definitions, "definitions", start);
    }

    /// <summary>A vector of parts: fields, labels, arguments.</summary>
    internal T[] ReadParts<T>(ref ByteReader reader, string items, ByteReader.ReadItem<T> read)
    {
        var start = reader.Position;
        var count = reader.ReadCount(items);
        var parts = new T[Charge(ref reader, count, ref _parts, Limits.Parts, "fields, cases, parameters and arguments", start)];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = read(ref reader);
        }
        return parts;
    }

    internal void AddDefinition(ref ByteReader reader) => Charge(ref reader, 1, ref _definitions, Limits.Definitions, "definitions", reader.Position);

    internal void AddCoreModule(ref ByteReader reader) => Charge(ref reader, 1, ref _coreModules, Limits.CoreModules, "core modules", reader.Position);

    /// <summary>Goes one component or type deeper; <see cref="Leave"/> comes back.</summary>
    internal void Enter(ref ByteReader reader) => Charge(ref reader, 1, ref _nesting, Limits.Nesting, "levels of components and types", reader.Position);

    internal void Leave() => _nesting--;

    private static int Charge(ref ByteReader reader, int count, ref int total, int limit, string things, int offset)
    {
        total += count;
        return total <= limit ? count : throw reader.TooLarge($"more than {limit} {things}", offset);
    }
}
