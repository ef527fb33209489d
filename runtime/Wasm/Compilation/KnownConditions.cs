using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>
/// Which locals hold the outcome of a comparison, on every path to where the compiler is. Compilers to Wasm compare, change what they compared, and branch on the
/// local; a branch that compares again, on copies from before the change, needs no outcome as a number, which RyuJIT would make and test.
/// </summary>
internal sealed class KnownConditions
{
    private readonly Dictionary<int, KnownCondition> _conditions = [];

    internal void Add(int local, KnownCondition condition) => _conditions.Add(local, condition);

    internal KnownCondition? Find(int local) => _conditions.Count == 0 ? null : _conditions.GetValueOrDefault(local);

    /// <summary>Forgets what a local holds, as it changes. No operand may still be made of it.</summary>
    internal void Forget(int local, Temporaries temporaries)
    {
        if (_conditions.Count > 0 && _conditions.Remove(local, out var condition))
        {
            temporaries.Free(condition.Temporaries);
        }
    }

    /// <summary>Forgets everything, where paths join.</summary>
    internal void Clear(Temporaries temporaries)
    {
        if (_conditions.Count == 0)
        {
            return;
        }
        foreach (var condition in _conditions.Values)
        {
            temporaries.Free(condition.Temporaries);
        }
        _conditions.Clear();
    }
}

/// <param name="Code">The IL that compares, of constants and temporaries only.</param>
/// <param name="Second">Where the IL of the second operand starts in it.</param>
internal sealed record KnownCondition(byte[] Code, Opcode Comparison, int Second, TemporarySet Temporaries);
