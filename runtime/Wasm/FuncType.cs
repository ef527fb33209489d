namespace Tapedeck.Wasm;

/// <summary>The type of a function. Two are equal if their parameters and results are.</summary>
public sealed class FuncType : IEquatable<FuncType>
{
    private readonly int _hash;

    public FuncType(IEnumerable<ValType> parameters, IEnumerable<ValType> results)
    {
        Parameters = [.. parameters];
        Results = [.. results];
        var hash = new HashCode();
        foreach (var type in Parameters)
        {
            hash.Add(type);
        }
        hash.Add(-1);
        foreach (var type in Results)
        {
            hash.Add(type);
        }
        _hash = hash.ToHashCode();
    }

    public IReadOnlyList<ValType> Parameters { get; }
    public IReadOnlyList<ValType> Results { get; }

    public bool Equals(FuncType? other) =>
        other is not null && _hash == other._hash && Parameters.SequenceEqual(other.Parameters) && Results.SequenceEqual(other.Results);

    public override bool Equals(object? obj) => Equals(obj as FuncType);
    public override int GetHashCode() => _hash;
    public override string ToString() => $"({string.Join(' ', Parameters)}) -> ({string.Join(' ', Results)})".ToLowerInvariant();
}
