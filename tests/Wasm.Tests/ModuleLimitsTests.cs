using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Binary;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests;

/// <summary>Each limit at its border: a module of exactly that size is taken, and refused where the limit is one less.</summary>
public class ModuleLimitsTests
{
    private static readonly byte[] Module = Build();

    public static TheoryData<string, int> Borders => new()
    {
        { nameof(ModuleLimits.ModuleBytes), Module.Length },
        { nameof(ModuleLimits.Types), 3 },
        { nameof(ModuleLimits.Functions), 3 },
        { nameof(ModuleLimits.Imports), 2 },
        { nameof(ModuleLimits.Exports), 2 },
        { nameof(ModuleLimits.Globals), 3 },
        { nameof(ModuleLimits.Tables), 2 },
        { nameof(ModuleLimits.Memories), 2 },
        { nameof(ModuleLimits.ElementSegments), 2 },
        { nameof(ModuleLimits.Elements), 5 },
        { nameof(ModuleLimits.DataSegments), 2 },
        { nameof(ModuleLimits.CustomSections), 2 },
        { nameof(ModuleLimits.Parameters), 4 },
        { nameof(ModuleLimits.Locals), 9 },
        { nameof(ModuleLimits.BodyBytes), 48 },
        { nameof(ModuleLimits.BrTableTargets), 3 },
        { nameof(ModuleLimits.Nesting), 3 },
        { nameof(ModuleLimits.OperandStack), 5 },
        { nameof(ModuleLimits.MovedValues), 3 },
        { nameof(ModuleLimits.NameBytes), 12 },
    };

    [Theory]
    [MemberData(nameof(Borders))]
    public void A_module_at_the_limit_is_taken_and_one_beyond_is_refused(string limit, int border)
    {
        Assert.Null(Loading.Refusal(Module, With(limit, border)));
        Assert.Equal(InvalidModuleReason.TooLarge, Loading.Refusal(Module, With(limit, border - 1))?.Reason);
    }

    private static ModuleLimits With(string limit, int value)
    {
        var limits = new ModuleLimits();
        typeof(ModuleLimits).GetProperty(limit)!.SetValue(limits, value);
        return limits;
    }

    private static byte[] Build()
    {
        var builder = new ModuleBuilder();
        builder.ImportFunction("import", Types.None);
        builder.ImportGlobal("global", new GlobalType(ValType.I32, false));
        for (var index = 0; index < 2; index++)
        {
            builder.Global(null, new GlobalType(ValType.I32, false), new Code().I32(0));
            builder.Table(null, new TableType(ValType.FuncRef, new Limits(10, null)));
            builder.Memory(null, new Limits(1, null));
            builder.ActiveData(new Code().I32(0), [1]);
        }
        builder.PassiveElements(0, 0);
        builder.PassiveElements(0, 0, 0);
        builder.Function("a name of 12", new FuncType(Enumerable.Repeat(ValType.I32, 4), []), Body(), (5, ValType.I64));
        // A block that takes four operands.
        var block = builder.Type(new FuncType(Enumerable.Repeat(ValType.I32, 4), []));
        builder.Function("b", Types.ToI32, new Code().I32(0).I32(0).I32(0).I32(0).Op(Opcode.Block, block).Op(Opcode.Drop).Op(Opcode.Drop).Op(Opcode.Drop).Op(Opcode.Drop).Op(Opcode.End).I32(1));
        return [.. builder.Build(), 0, 2, 1, (byte)'a', 0, 2, 1, (byte)'b'];
    }

    // Three nested blocks, a table of three targets beside the default, five operands, and what is missing to 48 bytes with the declaration of locals.
    private static Code Body()
    {
        var inner = new Code().I32(0).Op(Opcode.BrTable, 3, 0, 1, 2, 0);
        for (var operand = 0; operand < 5; operand++)
        {
            inner.I32(0);
        }
        for (var operand = 0; operand < 5; operand++)
        {
            inner.Op(Opcode.Drop);
        }
        var code = new Code().Block(new Code().Block(new Code().Block(inner)));
        while (code.Bytes.Count < 44)
        {
            code.Op(Opcode.Nop);
        }
        return code;
    }
}
