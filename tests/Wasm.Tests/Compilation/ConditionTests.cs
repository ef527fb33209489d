using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Compilation;

/// <summary>A comparison is of the values that there were, whenever somebody branches on it.</summary>
public class ConditionTests
{
    private const int Compared = 0, Condition = 1, Counter = 2, Sum = 4;

    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (var configuration in Engines.All.Keys)
            {
                foreach (var (argument, answer) in (ReadOnlySpan<(int, int)>)[(0, 0), (1, 1), (3, 1), (4, 2), (5, 2), (40, 20)])
                {
                    cases.Add(configuration, argument, answer);
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_in_a_local_is_of_before_what_it_compared_changed(string configuration, int argument, int turns) => Answers(configuration, new Code()
        .Get(Compared).Op(Opcode.I32Eqz).If(new Code().I32(0).Op(Opcode.Return))
        .Loop(new Code()
            .Get(Counter).I32(1).Op(Opcode.I32Add).Set(Counter)
            .Get(Compared).I32(3).Op(Opcode.I32GtU).Set(Condition)
            .Get(Compared).I32(2).Op(Opcode.I32Sub).Set(Compared)
            .Get(Condition).Op(Opcode.BrIf, 0))
        .Get(Counter), argument, turns);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_on_the_stack_is_of_before_what_it_compared_changed(string configuration, int argument, int turns) => Answers(configuration, new Code()
        .Get(Compared).Op(Opcode.I32Eqz).If(new Code().I32(0).Op(Opcode.Return))
        .Loop(new Code()
            .Get(Counter).I32(1).Op(Opcode.I32Add).Set(Counter)
            .Get(Compared).I32(3).Op(Opcode.I32GtU)
            .Get(Compared).I32(2).Op(Opcode.I32Sub).Set(Compared)
            .Op(Opcode.BrIf, 0))
        .Get(Counter), argument, turns);

    [Theory]
    [EachConfiguration(1, 8)]
    public void A_condition_is_a_number_where_it_is_used_as_one_and_behind_joins(string configuration, int argument) => Answers(configuration, new Code()
        .Get(Compared).I32(5).Op(Opcode.I32GtS).Op(Opcode.LocalTee, Condition)
        .I32(9).Set(Compared)
        .Get(Condition).I32(10).Op(Opcode.I32Mul).Op(Opcode.I32Add)
        .Block(new Code().Get(Compared).I32(100).Op(Opcode.I32Eq).Op(Opcode.BrIf, 0).Get(Condition).Op(Opcode.I32Eqz).If(new Code().I32(50).Set(Counter)))
        .Get(Condition).I32(200).Op(Opcode.I32Mul).Op(Opcode.I32Add)
        .Get(Counter).Op(Opcode.I32Add), argument, argument > 5 ? 211 : 50);

    [Theory]
    [EachConfiguration(1, 8)]
    public void A_condition_that_is_overwritten_is_forgotten(string configuration, int argument) => Answers(configuration, new Code()
        .Get(Compared).I32(5).Op(Opcode.I32GtS).Set(Condition)
        .Get(Condition).Get(Compared).I32(7).Op(Opcode.I32LtS).Set(Condition)
        .I32(100).I32(200).Get(Condition).Op(Opcode.Select).Op(Opcode.I32Add)
        .I32(0).Set(Condition)
        .Get(Condition).If(new Code().Op(Opcode.Unreachable)), argument, argument > 5 ? 201 : 100);

    [Theory]
    [EachConfiguration(1, 8)]
    public void A_condition_of_a_condition_is_what_it_says(string configuration, int argument) => Answers(configuration, new Code()
        .Get(Compared).I32(5).Op(Opcode.I32GtS).Set(Condition)
        .Get(Condition).I32(0).Op(Opcode.I32Eq).Set(Counter)
        .I32(77).Set(Compared).I32(3).Set(Condition)
        .I32(1).I32(2).Get(Counter).Op(Opcode.Select), argument, argument > 5 ? 2 : 1);

    [Theory]
    [EachConfiguration]
    public void A_comparison_with_NaN_is_false_later_too(string configuration) => Answers(configuration, new Code()
        .F64(double.NaN).Set(3)
        .Get(3).F64(1).Op(Opcode.F64Lt).Set(Condition)
        .Get(3).F64(1).Op(Opcode.F64Ge).Set(Counter)
        .F64(0).Set(3)
        .Get(Condition).If(new Code().I32(1).Op(Opcode.Return))
        .Get(Counter).If(new Code().I32(2).Op(Opcode.Return))
        .I32(3), 0, 3);

    [Theory]
    [EachConfiguration(4, 8)]
    public void A_condition_below_a_loop_that_becomes_a_method_is_of_before_the_loop(string configuration, int threshold)
    {
        var options = Engines.All[configuration] with { SplitThreshold = threshold };
        // Somewhere between these the loop alone is just light enough for a method, and what is before it is not.
        for (var size = 1; size <= 16 * threshold; size++)
        {
            var body = new Code();
            for (var number = 0; number < size; number++)
            {
                body.Get(Counter).I32(number).Op(Opcode.I32Xor).Set(Counter);
            }
            var code = new Code();
            for (var number = 0; number < 4; number++)
            {
                code.Get(Compared).I32(5).Op(Opcode.I32GtS).Set(Condition)
                    .Get(Compared).I32(100).Op(Opcode.I32Add).Get(Condition).Loop(body).I32(1_000).Op(Opcode.I32Mul).Op(Opcode.I32Add)
                    .Get(Sum).Op(Opcode.I32Add).Set(Sum);
            }
            Answers(options, code.Get(Sum), 8, 4_432);
            Answers(options, code, 1, 404);
        }
    }

    private static void Answers(string configuration, Code code, int argument, int answer) => Answers(Engines.All[configuration], code, argument, answer);

    private static void Answers(EngineOptions options, Code code, int argument, int answer)
    {
        var builder = new ModuleBuilder();
        builder.Function("run", Types.I32ToI32, code, (2, ValType.I32), (1, ValType.F64), (1, ValType.I32));
        using var engine = new Engine(options);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();

        Assert.Equal(answer, engine.Run(() => module.Prepare().New(store).Func("run").Call(Value.I32(argument)))[0].AsI32);
    }
}
