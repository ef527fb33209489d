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

    [Fact]
    public void Light_cases_of_an_interpreter_stay_with_its_table()
    {
        const int Light = 20, Heavy = 400;
        var (_, plan) = Plan(Interpreter(one => one % 4 == 0 ? Heavy : Light));
        var cases = Cases / 4;
        Assert.InRange(plan!.Root.Children.Count, cases / 2, cases);
        Assert.All(plan.Root.Children, child => Assert.True(child.Weight.Names > 10 * Light, "only what is heavy is a region"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(60)]
    [InlineData(390)]
    public void Each_method_is_light_enough_with_the_calls_of_its_regions(int locals)
    {
        var (_, plan) = Plan(Interpreter(static one => 30 + (7 * one % 100), locals), locals);
        var regions = new Stack<Region>([plan!.Root]);
        while (regions.TryPop(out var region))
        {
            // What is weighed is a fifth more than the IL turns out to be, see RATIONALE.md.
            Assert.InRange(region.WeighAlone().Most, 1, 1.1 * JitWeight.MostOfMethod);
            region.Children.ForEach(regions.Push);
        }
    }

    [Fact]
    public void An_interpreter_is_the_innermost_loop_round_a_large_table()
    {
        var table = new Code().Op(Opcode.Block, NoResult).Get(0).Op(Opcode.BrTable, [40, .. Enumerable.Repeat(0, 41)]).Op(Opcode.End);
        var small = new Code().Op(Opcode.Block, NoResult).Get(0).Op(Opcode.BrTable, [4, .. Enumerable.Repeat(0, 5)]).Op(Opcode.End);
        var (module, _) = Plan(new Code().Loop(new Code().Op(Opcode.Nop).Loop(table)).Loop(small));
        var outer = OffsetOf(module, Opcode.Loop);
        Assert.Equal([OffsetOf(module, Opcode.Nop) + 1], InterpreterLoops.Find(module, module.Code[0]));
        Assert.True(outer < OffsetOf(module, Opcode.Nop));
    }

    private static Code Interpreter(int handler) => Interpreter(_ => handler);

    // loop { block * Cases { table } handler ... } : what compilers make of a switch in a loop.
    private static Code Interpreter(Func<int, int> handler, int locals = 4)
    {
        var code = new Code().Op(Opcode.Loop, NoResult);
        for (var one = 0; one < Cases; one++)
        {
            code.Op(Opcode.Block, NoResult);
        }
        code.Get(0).Op(Opcode.BrTable, [Cases - 1, .. Enumerable.Range(0, Cases)]);
        for (var one = 0; one < Cases; one++)
        {
            code.Op(Opcode.End).Append(Sums(handler(one), locals)).Op(Opcode.Br, Cases - 1 - one);
        }
        return code.Op(Opcode.End);
    }

    private static Code Sums(int sums, int locals = 4)
    {
        var code = new Code();
        for (var sum = 0; sum < sums; sum++)
        {
            code.Get(sum % locals).I32(sum).Op(Opcode.I32Add).Set((sum + 1) % locals);
        }
        return code;
    }

    private static (ModuleDeclaration Module, FunctionPlan? Plan) Plan(Code code, int locals = 4)
    {
        var builder = new ModuleBuilder();
        builder.Function("f", new FuncType([], []), code, (locals, ValType.I32));
        using var engine = new Engine();
        using var module = engine.Compile(builder.Build());
        var declaration = module.Declaration;
        return (declaration, Planner.Plan(declaration, declaration.Code[0], declaration.TypeOf(0), [.. Enumerable.Repeat(ValType.I32, locals)], engine.Options.SplitThreshold));
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
