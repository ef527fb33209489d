using System.Reflection;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Execution.Model;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>Every instruction that touches no memory against its model, compiled in each of the ways it can be.</summary>
public class InstructionTests
{
    public static TheoryData<string> Names => [.. Models.All.Keys.Select(o => o.ToString())];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_the_model_out_of_line(string name)
    {
        var (method, model, operands) = Subject(name);
        var caller = Caller.OutOfLine(method);
        for (var i = 0; i < 400; i++)
        {
            Check(model, caller, Draw(method, operands));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_the_model_inlined(string name)
    {
        var (method, model, operands) = Subject(name);
        var rounds = method.GetParameters().Any(Signature.IsImmediate) ? 40 : 1;
        for (var round = 0; round < rounds; round++)
        {
            var immediates = Draw(method, operands, round);
            var caller = Caller.Inlined(method, immediates);
            for (var i = 0; i < 2000 / rounds; i++)
            {
                var drawn = Draw(method, operands);
                foreach (var parameter in method.GetParameters().Where(Signature.IsImmediate))
                {
                    drawn[parameter.Position] = immediates[parameter.Position];
                }

                Check(model, caller, drawn);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_the_model_on_constants(string name)
    {
        var (method, model, operands) = Subject(name);
        for (var i = 0; i < 16; i++)
        {
            var drawn = Draw(method, operands, i, constant: true);
            Check(model, Caller.Folded(method, drawn), drawn);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_the_model_on_one_constant(string name)
    {
        var (method, model, operands) = Subject(name);
        var count = method.GetParameters().Count(p => !Signature.IsImmediate(p));
        for (var i = 0; count > 1 && i < 16; i++)
        {
            var drawn = Draw(method, operands, i, constant: true);
            var caller = Caller.PartlyFolded(method, drawn, i % count);
            for (var j = 0; j < 40; j++)
            {
                var varied = Draw(method, operands, i, constant: true);
                varied[i % count] = drawn[i % count];
                foreach (var parameter in method.GetParameters().Where(Signature.IsImmediate))
                {
                    varied[parameter.Position] = drawn[parameter.Position];
                }

                Check(model, caller, varied);
            }
        }
    }

    private static (MethodInfo Method, Model.Model Model, Operands Operands) Subject(string name)
    {
        var opcode = Enum.Parse<Opcode>(name);
        return (MethodOf(opcode), Models.All[opcode], new((int)opcode));
    }

    internal static MethodInfo MethodOf(Opcode opcode) => Models.IsVector(opcode)
        ? SimdMethods.Find(opcode)
        : NumericMethods.TryFind(opcode, out var method) ? method : throw new InvalidOperationException($"{opcode} has no method");

    private static UInt128[] Draw(MethodInfo method, Operands operands, int round = 0, bool constant = false)
    {
        var drawn = new UInt128[method.GetParameters().Length];
        var (low, high) = operands.NextShuffle();
        foreach (var parameter in method.GetParameters())
        {
            var width = Signature.WidthOf(parameter.ParameterType);
            drawn[parameter.Position] = parameter.Name switch
            {
                "lane" => (UInt128)(uint)(round % LanesOf(method.Name)),
                "low" when method.Name == nameof(Opcode.I8x16Shuffle) => low,
                "high" when method.Name == nameof(Opcode.I8x16Shuffle) => high,
                _ => constant ? operands.NextConstant(width) : operands.Next(width),
            };
        }

        return drawn;
    }

    private static int LanesOf(string name) =>
        name[1..].Split('x')[0] switch { "8" => 16, "16" => 8, "32" => 4, _ => 2 };

    private static void Check(Model.Model model, Caller caller, UInt128[] operands)
    {
        var expected = model(operands);
        var actual = caller.Invoke(operands);
        if (!expected.Allows(actual))
        {
            Assert.Fail($"({string.Join(", ", operands.Select(o => $"{o:x32}"))}) gave {actual}, not {expected}");
        }
    }
}
