namespace Tapedeck.Wasm.Compilation;

/// <summary>The IL locals of one method: those of the function and the temporaries, which are used again once free.</summary>
internal sealed class Temporaries
{
    private readonly List<IlType> _locals = [];
    private readonly List<(int Local, IlType Type)> _temporaries = [];
    private readonly Dictionary<IlType, Stack<int>> _freeHigh = [];
    private readonly HashSet<int> _isFreeHigh = [];
    private UInt128 _freeLow;

    /// <summary>The types of all IL locals.</summary>
    internal IReadOnlyList<IlType> Locals => _locals;

    internal void Reset()
    {
        _locals.Clear();
        _temporaries.Clear();
        _freeHigh.Clear();
        _isFreeHigh.Clear();
        _freeLow = 0;
    }

    internal int AddLocal(IlType type)
    {
        // The index has 16 bits in the IL. The limits on what a function holds keep far below it.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_locals.Count, ushort.MaxValue);
        _locals.Add(type);
        return _locals.Count - 1;
    }

    /// <returns>The IL local, and what to give to <see cref="Free"/>.</returns>
    internal (int Local, TemporarySet Mask) Take(IlType type)
    {
        for (var free = _freeLow; free != 0; free &= free - 1)
        {
            var index = (int)UInt128.TrailingZeroCount(free);
            if (_temporaries[index].Type == type)
            {
                _freeLow &= ~(UInt128.One << index);
                return (_temporaries[index].Local, TemporarySet.Of(index));
            }
        }
        if (_freeHigh.TryGetValue(type, out var high) && high.TryPop(out var number))
        {
            _isFreeHigh.Remove(number);
            return (_temporaries[number].Local, TemporarySet.Of(number));
        }
        var local = AddLocal(type);
        _temporaries.Add((local, type));
        return (local, TemporarySet.Of(_temporaries.Count - 1));
    }

    /// <summary>Lets others have temporaries; those that are free already stay so.</summary>
    internal void Free(TemporarySet temporaries)
    {
        _freeLow |= temporaries.Low;
        foreach (var number in temporaries.High ?? [])
        {
            if (_isFreeHigh.Add(number))
            {
                var type = _temporaries[number].Type;
                if (!_freeHigh.TryGetValue(type, out var free))
                {
                    _freeHigh.Add(type, free = new Stack<int>());
                }
                free.Push(number);
            }
        }
    }
}
