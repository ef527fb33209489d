namespace Tapedeck.Components.Types;

/// <summary>A parameter of a function.</summary>
public readonly record struct Parameter(string Name, WitType Type);

/// <summary>The type of a function. Two are equal if parameters, with their names, and results are.</summary>
public sealed class FuncType : IEquatable<FuncType>, IDefinedType
{
    private readonly Parameter[] _parameters;

    /// <param name="result">The type of the result; null where there is none.</param>
    /// <param name="isAsync">An <c>async func</c> of WASI 0.3, which is refused.</param>
    public FuncType(IEnumerable<Parameter> parameters, WitType? result, bool isAsync = false)
    {
        _parameters = [.. parameters];
        Result = result;
        IsAsync = isAsync;
        foreach (var parameter in _parameters)
        {
            Contents |= parameter.Type.Contents;
        }
        Contents |= result?.Contents ?? TypeContents.None;
        Nodes = (int)Math.Min(1 + _parameters.Sum(static parameter => (long)parameter.Type.Nodes) + (result?.Nodes ?? 0), int.MaxValue);
    }

    public IReadOnlyList<Parameter> Parameters => _parameters;
    public WitType? Result { get; }
    public bool IsAsync { get; }

    /// <summary>What its parameters and its result have in them.</summary>
    public TypeContents Contents { get; }

    /// <summary>How many types it is made of, itself and all repetitions counted.</summary>
    public int Nodes { get; }

    string IDefinedType.Noun => "a function type";

    public bool Equals(FuncType? other) =>
        ReferenceEquals(this, other)
        || (other is not null && IsAsync == other.IsAsync && Equals(Result, other.Result) && _parameters.AsSpan().SequenceEqual(other._parameters));

    public override bool Equals(object? obj) => Equals(obj as FuncType);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(IsAsync);
        hash.Add(Result);
        foreach (var parameter in _parameters)
        {
            hash.Add(parameter);
        }
        return hash.ToHashCode();
    }

    /// <summary>The type as WIT text.</summary>
    public override string ToString()
    {
        var parameters = string.Join(", ", _parameters.Select(static parameter => $"{parameter.Name}: {parameter.Type}"));
        return $"{(IsAsync ? "async " : "")}func({parameters}){(Result is null ? "" : $" -> {Result}")}";
    }

    internal FuncType Map(TypeMap map)
    {
        var parameters = Array.ConvertAll(_parameters, parameter => parameter with { Type = map.Type(parameter.Type) });
        var result = map.Optional(Result);
        var same = ReferenceEquals(result, Result) && _parameters.Zip(parameters).All(static pair => ReferenceEquals(pair.First.Type, pair.Second.Type));
        return same ? this : new FuncType(parameters, result, IsAsync);
    }
}
