using Tapedeck.Fuzz.Modules;
using Tapedeck.Fuzz.Playing;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Makes a valid module, and calls for it, from a seed.</summary>
internal sealed class ModuleGenerator
{
    private readonly Chance _chance;
    private readonly Flavour _flavour;
    private readonly ModuleTree _module = new();

    private ModuleGenerator(ulong seed)
    {
        _chance = new Chance(seed);
        _flavour = Flavour.Of(_chance);
    }

    internal static Generated Generate(ulong seed) => new ModuleGenerator(seed).Generate();

    private Generated Generate()
    {
        _module.Padded = _chance.Percent(3);
        new DeclarationGenerator(_module, _flavour, _chance).Generate();
        DeclareFunctions();
        new SegmentGenerator(_module, _chance).Generate();
        var own = _module.Functions.Count;
        foreach (var function in _module.Functions)
        {
            new FunctionGenerator(new Scope(_module, function, _flavour, _chance, Risk())).Generate(BodySize());
        }
        if (_chance.Percent(25))
        {
            AddStart();
        }
        var calls = AddShims(own);
        var memories = Enumerable.Range(0, _module.Memories.Count).Select(static memory => $"memory{memory}").ToArray();
        return new Generated(_module, calls, memories, _flavour.Fuel);
    }

    private double Risk() => _chance.Weighted([45, 35, 20]) switch
    {
        0 => 0,
        1 => 0.01,
        _ => 0.12,
    };

    private int BodySize() => _chance.Weighted([90, 8, 2]) switch
    {
        0 => _chance.Between(3, _flavour.BodySize),
        1 => _chance.Between(_flavour.BodySize, 6 * _flavour.BodySize),
        _ => _chance.Between(500, 4000),
    };

    private void DeclareFunctions()
    {
        for (var i = 0; i < _flavour.Functions; i++)
        {
            var function = _module.AddFunction(AnyFunctionType(i), $"f{i}");
            var locals = _chance.Percent(3) ? _chance.Between(50, 400) : _chance.Below(8);
            for (var local = 0; local < locals; local++)
            {
                function.AddLocal(_chance.Pick(_flavour.Types));
            }
        }
        // What the host's callback calls.
        var callback = _module.ImportedFunctions.Count;
        _module.Exports.Add(new ExportType("callback", ExternType.Of(_module.TypeOf(callback)), callback));
    }

    private FuncType AnyFunctionType(int function)
    {
        if (function == 0)
        {
            return new FuncType([ValType.I32], [ValType.I32]);
        }
        // Types that are shared make tail calls and indirect calls find a partner.
        return function > 1 && _chance.Percent(30)
            ? _module.TypeOf(_module.ImportedFunctions.Count + _chance.Below(function))
            : new FuncType(Types(_chance.Percent(5) ? 14 : 4), Types(_chance.Weighted([15, 60, 15, 10])));
    }

    private List<ValType> Types(int most) => [.. Enumerable.Range(0, _chance.Below(most + 1)).Select(_ => _chance.Pick(_flavour.Types))];

    private void AddStart()
    {
        var start = _module.AddFunction(new FuncType([], []), "start");
        _module.Start = _module.FunctionCount - 1;
        new FunctionGenerator(new Scope(_module, start, _flavour, _chance, _chance.Percent(5) ? 0.02 : 0)).Generate(20);
    }

    private Call[] AddShims(int own)
    {
        var shims = new ShimGenerator(_module, _flavour, _chance);
        var calls = new List<Call>();
        for (var i = 0; i < own; i++)
        {
            var shim = shims.Around(_module.ImportedFunctions.Count + i, $"call{i}");
            for (var times = _chance.Between(2, 6); times > 0; times--)
            {
                calls.Add(new Call(shim.Export, Arguments(shim.Type), IsDirect(_module.Functions[i].Type) ? $"f{i}" : null));
            }
        }
        Shuffle(calls);
        AddTableShims(shims, calls);
        for (var global = 0; global < _module.Globals.Count; global++)
        {
            calls.Add(new Call(shims.Reading(global, $"read{global}").Export, [], null));
        }
        return [.. calls];
    }

    private void AddTableShims(ShimGenerator shims, List<Call> calls)
    {
        for (var table = 0; table < _module.Tables.Count; table++)
        {
            calls.Add(new Call(shims.Digest(table, $"digest{table}").Export, [], null));
        }
        foreach (var slot in _module.Slots.Take(3))
        {
            var shim = shims.Through(slot.Table, slot.TypeIndex, $"through{_module.Functions.Count}");
            calls.Add(new Call(shim.Export, [Bits.Of((uint)slot.Index)], null));
            calls.Add(new Call(shim.Export, [Bits.Of((uint)_chance.Below(12))], null));
        }
    }

    private static bool IsDirect(FuncType type) =>
        !type.Parameters.Concat(type.Results).Any(static item => item is ValType.FuncRef);

    private string[] Arguments(FuncType type) =>
        [.. type.Parameters.Select(parameter => parameter switch
        {
            ValType.I32 => Bits.Of(_chance.Percent(50) ? OddValues.I32(_chance) : OddValues.F32(_chance)),
            ValType.I64 => Bits.Of(_chance.Percent(50) ? OddValues.I64(_chance) : OddValues.F64(_chance)),
            _ => _chance.Percent(30) ? Bits.Null : Bits.OfReference(_chance.Below(8)),
        })];

    private void Shuffle(List<Call> calls)
    {
        for (var i = calls.Count - 1; i > 0; i--)
        {
            var other = _chance.Below(i + 1);
            (calls[i], calls[other]) = (calls[other], calls[i]);
        }
    }
}
