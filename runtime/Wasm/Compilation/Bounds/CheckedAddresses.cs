namespace Tapedeck.Wasm.Compilation.Bounds;

/// <summary>
/// How far behind addresses memory 0 has been checked, on every path to where the compiler is: it is emptied wherever paths join, and a local is forgotten when it
/// changes. An address is a local plus a constant, as i32 that wrap. RATIONALE.md, "Which bounds checks are left out?"
/// </summary>
internal sealed class CheckedAddresses
{
    private readonly Dictionary<int, List<(uint Plus, ulong End)>> _ends = [];

    /// <summary>Whether an access is known to be in bounds that ends <paramref name="end"/> bytes behind the address.</summary>
    internal bool Covers(int local, uint plus, ulong end)
    {
        if (_ends.TryGetValue(local, out var known))
        {
            foreach (var (start, length) in known)
            {
                // What lies between an address and where it was checked to lies in memory, so it is not 2^32 bytes away, and the sum with a constant did not wrap.
                if (unchecked(plus - start) + end <= length)
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>Takes an address as checked from here on.</summary>
    internal void Add(int local, uint plus, ulong end)
    {
        if (!_ends.TryGetValue(local, out var known))
        {
            _ends.Add(local, known = []);
        }
        known.RemoveAll(fact => fact.Plus == plus);
        known.Add((plus, end));
    }

    internal void Forget(int local) => _ends.Remove(local);

    internal void Clear() => _ends.Clear();
}
