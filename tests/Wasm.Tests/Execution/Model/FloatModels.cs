namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary><see href="https://webassembly.github.io/spec/core/exec/numerics.html#floating-point-operations"/></summary>
internal static class FloatModels
{
    internal static void Add(Action<string, Model> add)
    {
        foreach (var (type, width, count) in Shapes.Floats)
        {
            Model Unary(Func<ulong, Lane> f) => x => Shapes.Lanes(width, i => f(x[0].Get(width, i)), count);
            Model Binary(Func<ulong, ulong, Lane> f) => x => Shapes.Lanes(width, i => f(x[0].Get(width, i), x[1].Get(width, i)), count);
            Lane Rounded(ulong a, Func<double, double> f) => Lane.IsNan(a, width) ? Lane.Nans(width, a) : FloatBits.Of(f(FloatBits.Value(a, width)), width);

            add($"{type}Abs", Unary(a => a & ~Lane.Sign(width)));
            add($"{type}Neg", Unary(a => a ^ Lane.Sign(width)));
            add($"{type}Ceil", Unary(a => Rounded(a, v => -Floor(-v))));
            add($"{type}Floor", Unary(a => Rounded(a, Floor)));
            add($"{type}Trunc", Unary(a => Rounded(a, v => double.IsNegative(v) ? -Floor(-v) : Floor(v))));
            add($"{type}Nearest", Unary(a => Rounded(a, v => double.IsNegative(v) ? -NearestOfPositive(-v) : NearestOfPositive(v))));
            add($"{type}Sqrt", Unary(a => Computed(width, Math.Sqrt(FloatBits.Value(a, width)), a)));
            add($"{type}Min", Binary((a, b) => Extreme(a, b, width, least: true)));
            add($"{type}Max", Binary((a, b) => Extreme(a, b, width, least: false)));
            if (count == 1)
            {
                add($"{type}Copysign", Binary((a, b) => (a & ~Lane.Sign(width)) | (b & Lane.Sign(width))));
                continue;
            }

            AddVectorOnly(type, width, Binary, add);
        }
    }

    private static void AddVectorOnly(string type, int width, Func<Func<ulong, ulong, Lane>, Model> binary, Action<string, Model> add)
    {
        double V(ulong bits) => FloatBits.Value(bits, width);
        Model Compare(Func<double, double, bool> holds) => binary((a, b) => holds(V(a), V(b)) ? ulong.MaxValue : 0UL);
        Model Arithmetic(Func<double, double, double> f) => binary((a, b) => Computed(width, f(V(a), V(b)), a, b));
        add($"{type}Eq", Compare((a, b) => a == b));
        add($"{type}Ne", Compare((a, b) => a != b));
        add($"{type}Lt", Compare((a, b) => a < b));
        add($"{type}Gt", Compare((a, b) => a > b));
        add($"{type}Le", Compare((a, b) => a <= b));
        add($"{type}Ge", Compare((a, b) => a >= b));
        add($"{type}Add", Arithmetic((a, b) => a + b));
        add($"{type}Sub", Arithmetic((a, b) => a - b));
        add($"{type}Mul", Arithmetic((a, b) => a * b));
        add($"{type}Div", Arithmetic((a, b) => a / b));
        add($"{type}Pmin", binary((a, b) => V(b) < V(a) ? b : a));
        add($"{type}Pmax", binary((a, b) => V(a) < V(b) ? b : a));
    }

    // A double has more than twice the precision of a float and two bits, so rounding twice gives what rounding once does.
    private static Lane Computed(int width, double result, params ReadOnlySpan<ulong> inputs) =>
        double.IsNaN(result) ? Lane.Nans(width, inputs) : FloatBits.Of(result, width);

    private static Lane Extreme(ulong a, ulong b, int width, bool least)
    {
        if (Lane.IsNan(a, width) || Lane.IsNan(b, width))
        {
            return Lane.Nans(width, a, b);
        }

        var (x, y) = (FloatBits.Value(a, width), FloatBits.Value(b, width));
        if (x == 0 && y == 0)
        {
            return least ? a | b : a & b;
        }

        return x < y == least ? a : b;
    }

    // By the integer part in 64 bits; at 2^53 and above all doubles are integers. Keeps the sign of a zero.
    private static double Floor(double value)
    {
        if (Math.Abs(value) >= 9007199254740992 || value == 0)
        {
            return value;
        }

        var whole = (double)(long)value;
        return whole > value ? whole - 1 : double.CopySign(whole, value);
    }

    private static double NearestOfPositive(double value)
    {
        var below = Floor(value);
        var rest = value - below;
        var up = rest > 0.5 || (rest == 0.5 && below % 2 != 0);
        return up ? below + 1 : below;
    }
}
