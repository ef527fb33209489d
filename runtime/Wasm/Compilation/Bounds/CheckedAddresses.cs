namespace Tapedeck.Wasm.Compilation.Bounds;

/// <summary>
/// How far behind addresses memory 0 has been checked, on every path to where the compiler is: it is emptied wherever paths join, and a local is forgotten when it
/// changes. An address is a local plus a constant, as i32 that wrap. RATIONALE.md, "Which bounds checks are left out?"
/// </summary>
internal sealed class CheckedAddresses
{
    // Few are known at once, so they are gone through.
    private const int Most = 32;
    private readonly List<(int Local, uint Plus, ulong End)> _ends = [];

    /// <summary>Whether an access is known to be in bounds that ends <paramref name="end"/> bytes behind the address.</summary>
    internal bool Covers(int local, uint plus, ulong end)
    {
        foreach (var known in _ends)
        {
            // What lies between an address and where it was checked to lies in memory, so it is not 2^32 bytes away, and the sum with a constant did not wrap.
            if (known.Local == local && unchecked(plus - known.Plus) + end <= known.End)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Takes an address as checked from here on.</summary>
    internal void Add(int local, uint plus, ulong end)
    {
        if (_ends.Count == Most)
        {
            _ends.RemoveAt(0);
        }
        _ends.Add((local, plus, end));
    }

    internal void Forget(int local)
    {
        for (var index = _ends.Count - 1; index >= 0; index--)
        {
            if (_ends[index].Local == local)
            {
                _ends.RemoveAt(index);
            }
        }
    }

    internal void Clear() => _ends.Clear();
}
