namespace Tapedeck.Wasm.Compilation;

/// <summary>
/// How far behind the address in a local memory 0 has been checked, on every path to where the compiler is: it is emptied wherever paths join, and a local
/// is forgotten when it changes. RATIONALE.md, "Which bounds checks are left out?"
/// </summary>
internal sealed class CheckedAddresses
{
    private readonly Dictionary<int, ulong> _ends = [];

    /// <summary>Whether an access that ends <paramref name="end"/> bytes behind the address needs a check. If so, it is taken as checked from here on.</summary>
    internal bool Check(int local, ulong end)
    {
        if (_ends.TryGetValue(local, out var known) && end <= known)
        {
            return false;
        }
        _ends[local] = end;
        return true;
    }

    internal void Forget(int local) => _ends.Remove(local);

    internal void Clear() => _ends.Clear();
}
