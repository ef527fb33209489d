using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>fields</c> stands for: headers or trailers, in their order and spelling.</summary>
/// <param name="isMutable">False for those of a request or response.</param>
internal sealed class Fields(bool isMutable)
{
    private readonly List<(string Name, ReadOnlyMemory<byte> Value)> _entries = [];
    private int _bytes;

    internal bool IsMutable { get; private set; } = isMutable;

    internal IReadOnlyList<(string Name, ReadOnlyMemory<byte> Value)> Entries => _entries;

    internal IEnumerable<ReadOnlyMemory<byte>> Get(string name) => _entries.Where(entry => IsNamed(entry.Name, name)).Select(static entry => entry.Value);

    internal bool Has(string name) => _entries.Exists(entry => IsNamed(entry.Name, name));

    internal HeaderError Set(string name, IReadOnlyList<ReadOnlyMemory<byte>> values)
    {
        if (Refusal(name, values) is var refusal && refusal != HeaderError.None)
        {
            return refusal;
        }
        Remove(name);
        foreach (var value in values)
        {
            Add(name, value);
        }
        return HeaderError.None;
    }

    internal HeaderError Append(string name, ReadOnlyMemory<byte> value)
    {
        if (Refusal(name, [value]) is var refusal && refusal != HeaderError.None)
        {
            return refusal;
        }
        Add(name, value);
        return HeaderError.None;
    }

    internal HeaderError Delete(string name)
    {
        if (Refusal(name, []) is var refusal && refusal != HeaderError.None)
        {
            return refusal;
        }
        Remove(name);
        return HeaderError.None;
    }

    /// <summary>Takes an entry of a response, which was read within limits of its own.</summary>
    internal void Receive(string name, ReadOnlyMemory<byte> value) => _entries.Add((name, value));

    internal Fields Clone()
    {
        var clone = new Fields(isMutable: true);
        clone._entries.AddRange(_entries);
        clone._bytes = _bytes;
        return clone;
    }

    /// <summary>They belong to a request from now on.</summary>
    internal Fields Freeze()
    {
        IsMutable = false;
        return this;
    }

    private HeaderError Refusal(string name, IReadOnlyList<ReadOnlyMemory<byte>> values) =>
        !IsMutable ? HeaderError.Immutable
        : !FieldRules.IsName(name) || values.Any(static value => !FieldRules.IsValue(value.Span)) ? HeaderError.InvalidSyntax
        : FieldRules.IsForbidden(name) ? HeaderError.Forbidden
        : HeaderError.None;

    /// <exception cref="TrapException">They would be larger than any server takes: WIT has no error for it.</exception>
    private void Add(string name, ReadOnlyMemory<byte> value)
    {
        _bytes += name.Length + value.Length + FieldRules.EntryCost;
        if (_bytes > FieldRules.MostBytes)
        {
            throw new TrapException($"fields of more than {FieldRules.MostBytes} bytes");
        }
        _entries.Add((name, value));
    }

    private void Remove(string name)
    {
        _bytes -= _entries.Where(entry => IsNamed(entry.Name, name)).Sum(static entry => entry.Name.Length + entry.Value.Length + FieldRules.EntryCost);
        _entries.RemoveAll(entry => IsNamed(entry.Name, name));
    }

    private static bool IsNamed(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
