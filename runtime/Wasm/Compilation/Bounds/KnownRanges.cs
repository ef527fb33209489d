namespace Tapedeck.Wasm.Compilation.Bounds;

/// <summary>What i32 locals are at most, on every path to where the compiler is; see <see cref="Ranges"/>.</summary>
internal sealed class KnownRanges
{
    private readonly Dictionary<int, uint> _most = [];

    internal uint Find(int local) => _most.Count > 0 && _most.TryGetValue(local, out var most) ? most : Ranges.Any;

    internal void Add(int local, uint most)
    {
        if (most != Ranges.Any)
        {
            _most.Add(local, most);
        }
    }

    internal void Forget(int local)
    {
        if (_most.Count > 0)
        {
            _most.Remove(local);
        }
    }

    internal void Clear() => _most.Clear();
}
