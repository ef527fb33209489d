using Xunit;
using Xunit.Abstractions;

namespace Tapedeck.Wasm.Tests.Compilation;

/// <summary>No module can keep the JIT busy: it cannot be interrupted, so what it is given has to be small. RATIONALE.md, "Why are large functions split?"</summary>
public class JitCostTests(ITestOutputHelper output)
{
    private const int Tries = 3;
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(250);

    public static IEnumerable<object[]> Shapes() =>
        from shape in HostileShapes.All.Keys from lifetime in Enum.GetNames<CodeLifetime>() select new object[] { shape, lifetime };

    // Collectible code is optimised at once; tiered code is compiled quickly first, and its optimisation costs what that of collectible code does.
    [Theory]
    [MemberData(nameof(Shapes))]
    public void No_method_of_a_hostile_module_takes_the_JIT_long(string shape, string lifetime)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        var image = JitCost.Translate(HostileShapes.All[shape]());
        var worst = JitCost.Worst(image, Enum.Parse<CodeLifetime>(lifetime));
        for (var again = 1; again < Tries && worst.Cpu > Most; again++)
        {
            var cost = JitCost.Worst(image, Enum.Parse<CodeLifetime>(lifetime));
            worst = cost.Cpu < worst.Cpu ? cost : worst;
        }
        output.WriteLine($"{worst.Method}, {worst.IlBytes} bytes of IL: {worst.Cpu.TotalMilliseconds:F0} ms; the whole image has {image.Length} bytes");
        Assert.True(worst.Cpu <= Most, $"{worst.Method}, {worst.IlBytes} bytes of IL, took {worst.Cpu.TotalMilliseconds:F0} ms");
    }
}
