using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Where code of a function is being generated: its locals, the labels in reach, and how much danger it may take.</summary>
internal sealed class Scope(ModuleTree module, Function function, Flavour flavour, Chance chance, double risk)
{
    private readonly HashSet<int> _reserved = [];
    private readonly Dictionary<ValType, int> _scratch = [];

    internal ModuleTree Module { get; } = module;
    internal Function Function { get; } = function;
    internal Flavour Flavour { get; } = flavour;
    internal Chance Chance { get; } = chance;

    /// <summary>The types that a branch to each label takes, the innermost label last.</summary>
    internal List<ValType[]> Labels { get; } = [[.. function.Type.Results]];

    /// <summary>How deep in expressions and blocks the generator is.</summary>
    internal int Depth { get; set; }

    /// <summary>Whether an operation is to be let loose on operands that likely make it trap.</summary>
    internal bool IsRisky() => Chance.Odds(risk);

    internal ValType AnyType() => Chance.Pick(Flavour.Types);

    internal ValType[] AnyTypes(int most)
    {
        var types = new ValType[Chance.Below(most + 1)];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = AnyType();
        }
        return types;
    }

    /// <summary>A local that code may read and write, or null.</summary>
    internal int? AnyLocal(ValType type)
    {
        var count = Function.LocalCount;
        var start = count == 0 ? 0 : Chance.Below(count);
        for (var i = 0; i < count; i++)
        {
            var local = (start + i) % count;
            if (Function.LocalType(local) == type && IsOpen(local))
            {
                return local;
            }
        }
        return null;
    }

    /// <summary>Whether code may read and write a local.</summary>
    internal bool IsOpen(int local) => !_reserved.Contains(local);

    internal int LocalOf(ValType type) => AnyLocal(type) is { } local && !Chance.Percent(10) ? local : Function.AddLocal(type);

    /// <summary>A local that random code leaves alone.</summary>
    internal int Reserve(ValType type)
    {
        var local = Function.AddLocal(type);
        _reserved.Add(local);
        return local;
    }

    /// <summary>A reserved local for a value that is read back before any other code runs.</summary>
    internal int Scratch(ValType type)
    {
        if (!_scratch.TryGetValue(type, out var local))
        {
            local = Reserve(type);
            _scratch.Add(type, local);
        }
        return local;
    }

    /// <summary>A label, as the immediate of a branch: near ones often, the function's own seldom, or much code would never run.</summary>
    internal int AnyLabel()
    {
        var label = 0;
        while (label < Labels.Count - 1 && Chance.Percent(45))
        {
            label++;
        }
        return label == Labels.Count - 1 && Chance.Percent(75) ? 0 : label;
    }

    /// <summary>A label whose branch takes <paramref name="types"/>, as the immediate of a branch, or null.</summary>
    internal int? LabelOf(ReadOnlySpan<ValType> types)
    {
        for (var label = AnyLabel(); label < Labels.Count; label++)
        {
            if (types.SequenceEqual(Labels[^(label + 1)]))
            {
                return label < Labels.Count - 1 || Chance.Percent(20) ? label : null;
            }
        }
        return null;
    }
}
