namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary>Instructions whose result has lanes twice or half as wide as their operands.</summary>
internal static class WideningModels
{
    internal static void Add(Action<string, Model> add)
    {
        foreach (var (sign, get) in new (string, Func<UInt128, int, int, long>)[]
                 { ("S", (v, w, i) => v.GetSigned(w, i)), ("U", (v, w, i) => (long)v.Get(w, i)) })
        {
            for (var s = 0; s < 3; s++)
            {
                var (small, width) = Shapes.Integers[s];
                var big = Shapes.Integers[s + 1].Name;
                foreach (var (part, first) in new[] { ("Low", 0), ("High", 64 / width) })
                {
                    add($"{big}Extend{part}{small}{sign}", x => Shapes.Lanes(2 * width, i => (ulong)get(x[0], width, first + i)));
                    add($"{big}Extmul{part}{small}{sign}", x => Shapes.Lanes(2 * width,
                        i => (ulong)(get(x[0], width, first + i) * get(x[1], width, first + i))));
                }

                if (s < 2)
                {
                    add($"{big}ExtaddPairwise{small}{sign}", x => Shapes.Lanes(2 * width,
                        i => (ulong)(get(x[0], width, 2 * i) + get(x[0], width, 2 * i + 1))));
                    AddNarrow(small, big, width, sign, add);
                }
            }
        }

        add("I32x4DotI16x8S", x => Shapes.Lanes(32, i => (ulong)(
            x[0].GetSigned(16, 2 * i) * x[1].GetSigned(16, 2 * i) + x[0].GetSigned(16, 2 * i + 1) * x[1].GetSigned(16, 2 * i + 1))));
    }

    private static void AddNarrow(string small, string big, int width, string sign, Action<string, Model> add)
    {
        var (min, max) = sign == "S" ? (-1L << (width - 1), (1L << (width - 1)) - 1) : (0, (1L << width) - 1);
        var half = 64 / width;
        add($"{small}Narrow{big}{sign}", x => Shapes.Lanes(width, i =>
            (ulong)Math.Clamp(x[i / half].GetSigned(2 * width, i % half), min, max)));
    }
}
