namespace Tapedeck.Wasm.Compilation;

/// <summary>The IL locals of one method: those of the function and the temporaries, which are used again once free.</summary>
internal sealed class Temporaries
{
    private const int Tracked = 128;
    private readonly List<IlType> _locals = [];
    private readonly List<(int Local, IlType Type)> _temporaries = [];
    private UInt128 _free;

    /// <summary>The types of all IL locals.</summary>
    internal IReadOnlyList<IlType> Locals => _locals;

    internal void Reset()
    {
        _locals.Clear();
        _temporaries.Clear();
        _free = 0;
    }

    internal int AddLocal(IlType type)
    {
        // The index has 16 bits in the IL. The limits on what a function holds keep far below it.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_locals.Count, ushort.MaxValue);
        _locals.Add(type);
        return _locals.Count - 1;
    }

    /// <returns>The IL local, and the mask to give to <see cref="Free"/>; 0 for one that is never free again.</returns>
    internal (int Local, UInt128 Mask) Take(IlType type)
    {
        for (var free = _free; free != 0; free &= free - 1)
        {
            var index = (int)UInt128.TrailingZeroCount(free);
            if (_temporaries[index].Type == type)
            {
                _free &= ~(UInt128.One << index);
                return (_temporaries[index].Local, UInt128.One << index);
            }
        }
        var local = AddLocal(type);
        if (_temporaries.Count == Tracked)
        {
            return (local, 0);
        }
        _temporaries.Add((local, type));
        return (local, UInt128.One << (_temporaries.Count - 1));
    }

    internal void Free(UInt128 mask) => _free |= mask;
}
