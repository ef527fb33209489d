using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Compilation;
using Tapedeck.Wasm.Compilation.Splitting;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Compilation.Splitting;

public class PlannerTests
{
    private const int NoResult = 0x40;
    private const int Cases = 200;

    [Fact]
    public void The_loop_and_the_table_of_an_interpreter_stay_in_one_method()
    {
        var (module, plan) = Plan(Interpreter(handler: 400));
        Assert.NotNull(plan);
        var table = OffsetOf(module, Opcode.BrTable);
        Assert.NotEmpty(plan.Root.Children);
        Assert.DoesNotContain(plan.Root.Children, child => child.Start <= table && table < child.End);
        Assert.DoesNotContain(plan.Root.Children, child => child.Start <= OffsetOf(module, Opcode.Loop) && OffsetOf(module, Opcode.Loop) < child.End);
    }

    [Fact]
    public void What_is_light_enough_is_not_split() => Assert.Null(Plan(Interpreter(handler: 1)).Plan);

    [Fact]
    public void What_runs_seldom_is_cut_off_before_what_runs_often()
    {
        // A loop, and behind it a condition in a condition: each is half of what a method may hold, and the whole is too heavy.
        var often = new Code().Loop(Sums(1_600).Get(0).Op(Opcode.BrIf, 0));
        var seldom = new Code().Get(0).If(new Code().Get(1).If(Sums(1_600)));
        var (module, plan) = Plan(often.Append(seldom).Append(Sums(900)));
        var child = Assert.Single(plan!.Root.Children);
        Assert.True(child.Start > OffsetOf(module, Opcode.If), "the condition's code is the region");
        Assert.True(child.Frequency < 1);
    }

    // loop { block * Cases { table } handler ... } : what compilers make of a switch in a loop.
    private static Code Interpreter(int handler)
    {
        var code = new Code().Op(Opcode.Loop, NoResult);
        for (var one = 0; one < Cases; one++)
        {
            code.Op(Opcode.Block, NoResult);
        }
        code.Get(0).Op(Opcode.BrTable, [Cases - 1, .. Enumerable.Range(0, Cases)]);
        for (var one = 0; one < Cases; one++)
        {
            code.Op(Opcode.End).Append(Sums(handler)).Op(Opcode.Br, Cases - 1 - one);
        }
        return code.Op(Opcode.End);
    }

    private static Code Sums(int sums)
    {
        var code = new Code();
        for (var sum = 0; sum < sums; sum++)
        {
            code.Get(sum % 4).I32(sum).Op(Opcode.I32Add).Set((sum + 1) % 4);
        }
        return code;
    }

    private static (ModuleDeclaration Module, FunctionPlan? Plan) Plan(Code code)
    {
        var builder = new ModuleBuilder();
        builder.Function("f", new FuncType([], []), code, (4, ValType.I32));
        using var engine = new Engine();
        using var module = engine.Compile(builder.Build());
        var declaration = module.Declaration;
        return (declaration, Planner.Plan(declaration, declaration.Code[0], [ValType.I32, ValType.I32, ValType.I32, ValType.I32], engine.Options.SplitThreshold));
    }

    private static int OffsetOf(ModuleDeclaration module, Opcode wanted)
    {
        var reader = new CodeReader(module.Bytes.Span, module.Code[0].Start);
        while (true)
        {
            var at = reader.Position;
            var opcode = reader.Next();
            if (opcode == wanted)
            {
                return at;
            }
            reader.Skip(opcode);
        }
    }
}
