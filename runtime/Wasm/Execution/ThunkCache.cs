using System.Reflection.Emit;

namespace Tapedeck.Wasm.Execution;

/// <summary>
/// Keeps the thunks of function types that were used of late. Types come from guests, so it forgets them all now and then: who uses a thunk holds it himself.
/// </summary>
internal sealed class ThunkCache(Func<FuncType, DynamicMethod> build)
{
    internal const int MostKept = 1024;
    private readonly Lock _gate = new();
    private readonly Dictionary<FuncType, DynamicMethod> _thunks = [];

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _thunks.Count;
            }
        }
    }

    internal DynamicMethod For(FuncType type)
    {
        lock (_gate)
        {
            if (_thunks.TryGetValue(type, out var known))
            {
                return known;
            }
        }
        var thunk = build(type);
        lock (_gate)
        {
            if (_thunks.Count == MostKept)
            {
                _thunks.Clear();
            }
            _thunks[type] = thunk;
        }
        return thunk;
    }
}
