using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>fields</c> stands for: headers or trailers, in their order and spelling.</summary>
/// <param name="isMutable">False for those of a request or response.</param>
/// <param name="held">What they count in; null for those of a response, which was read within limits of its own.</param>
internal sealed class Fields(bool isMutable, HeldBytes? held) : IDisposable
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

    /// <param name="held">What the clone counts in.</param>
    /// <exception cref="TrapException">The call holds too much.</exception>
    internal Fields Clone(HeldBytes held)
    {
        var clone = new Fields(isMutable: true, held);
        foreach (var (name, value) in _entries)
        {
            clone.Add(name, value);
        }
        return clone;
    }

    /// <summary>For a message that is made of them, whose they are from now on. Those of another message stay with it: this one has a copy.</summary>
    /// <inheritdoc cref="Clone"/>
    internal Fields Take(HeldBytes held)
    {
        var taken = IsMutable ? this : Clone(held);
        taken.IsMutable = false;
        return taken;
    }

    /// <summary>Dropped by the guest. Those of a message stay: what it dropped is a view of them.</summary>
    public void Dispose()
    {
        if (IsMutable)
        {
            Release();
        }
    }

    /// <summary>Nobody has them any more.</summary>
    internal void Release()
    {
        held?.Return(_bytes);
        _entries.Clear();
        _bytes = 0;
    }

    private HeaderError Refusal(string name, IReadOnlyList<ReadOnlyMemory<byte>> values) =>
        !IsMutable ? HeaderError.Immutable
        : !FieldRules.IsName(name) || values.Any(static value => !FieldRules.IsValue(value.Span)) ? HeaderError.InvalidSyntax
        : FieldRules.IsForbidden(name) ? HeaderError.Forbidden
        : HeaderError.None;

    /// <exception cref="TrapException">They would be larger than any server takes, or all of the call than it may hold: WIT has no error for it.</exception>
    private void Add(string name, ReadOnlyMemory<byte> value)
    {
        var bytes = Cost(name, value);
        if (_bytes + bytes > FieldRules.MostBytes)
        {
            throw new TrapException($"fields of more than {FieldRules.MostBytes} bytes");
        }
        if (held?.TryTake(bytes) == false)
        {
            throw new TrapException($"requests of more than {HeldBytes.Most} bytes that were not sent");
        }
        _bytes += bytes;
        _entries.Add((name, value));
    }

    private void Remove(string name)
    {
        var bytes = _entries.Where(entry => IsNamed(entry.Name, name)).Sum(static entry => Cost(entry.Name, entry.Value));
        held?.Return(bytes);
        _bytes -= bytes;
        _entries.RemoveAll(entry => IsNamed(entry.Name, name));
    }

    private static int Cost(string name, ReadOnlyMemory<byte> value) => name.Length + value.Length + FieldRules.EntryCost;

    private static bool IsNamed(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
