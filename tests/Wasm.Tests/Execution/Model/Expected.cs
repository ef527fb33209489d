namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary>What an instruction must give: lanes from the lowest up, or a trap.</summary>
internal sealed record Expected(int Width, Lane[] Lanes, TrapCode? Trap = null)
{
    internal static Expected Of(int width, params Lane[] lanes) => new(width, lanes);

    internal static Expected Traps(TrapCode code) => new(0, [], code);

    internal bool Allows(Outcome actual)
    {
        if (Trap is not null || actual.Trap is not null)
        {
            return Trap == actual.Trap;
        }

        for (var i = 0; i < Lanes.Length; i++)
        {
            if (!Lanes[i].Allows((ulong)(actual.Bits >> (i * Width)) & Lane.Mask(Width), Width))
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() => Trap?.ToString() ?? $"{Width}: {string.Join(", ", Lanes.Select(l => $"{l.Rule} {l.Bits:x}"))}";
}
