using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Generation;

/// <summary>What sets one module apart from the next, chosen once a module: a module that has a little of everything shows less than one with much of something.</summary>
internal sealed record Flavour
{
    /// <summary>Types of values, as often as they are to occur.</summary>
    internal required ValType[] Types { get; init; }

    /// <summary>Make every NaN canonical where it comes to be; else only where its bits would be seen.</summary>
    internal required bool CanonicalNaN { get; init; }

    internal required int Functions { get; init; }

    /// <summary>How large a usual function is, in nodes.</summary>
    internal required int BodySize { get; init; }

    /// <summary>Loop turns and function entries of one call.</summary>
    internal required int Fuel { get; init; }

    /// <summary>Trap when there is no fuel, or else return zeros.</summary>
    internal required bool FuelTraps { get; init; }

    /// <summary>How deep expressions go.</summary>
    internal required int Depth { get; init; }

    internal required int Memories { get; init; }

    internal static Flavour Of(Chance chance)
    {
        ValType[] integers = [ValType.I32, ValType.I32, ValType.I32, ValType.I64, ValType.I64];
        ValType[] floats = [ValType.F32, ValType.F64];
        ValType[] references = [ValType.FuncRef, ValType.ExternRef];
        // Many small functions, most of which end up inside each other.
        var isSmall = chance.Percent(25);
        return new Flavour
        {
            Types = chance.Below(6) switch
            {
                0 => integers,
                1 => [ValType.I32, .. floats, .. floats],
                2 => [ValType.I32, ValType.V128, ValType.V128, ValType.V128],
                3 => [.. integers, .. floats, ValType.V128, .. references],
                _ => [.. integers, .. integers, .. floats, .. floats, .. floats, ValType.V128, ValType.V128, ValType.V128, .. references],
            },
            CanonicalNaN = chance.Percent(30),
            Functions = isSmall ? chance.Between(8, 24) : chance.Between(1, 9),
            BodySize = isSmall ? 6 : chance.Pick((int[])[8, 20, 40, 80, 150]),
            Fuel = chance.Pick((int[])[20, 100, 400]),
            FuelTraps = chance.Percent(15),
            Depth = chance.Percent(5) ? 150 : 14,
            Memories = chance.Weighted([8, 50, 30, 12]),
        };
    }
}
