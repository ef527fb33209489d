using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;

namespace Tapedeck.Wasm.Tests.Compilation;

/// <summary>Functions within the limits of a module, each made to cost an optimising compiler more than it is worth.</summary>
internal static class HostileShapes
{
    private const int NoResult = 0x40;
    private static readonly FuncType NoParameters = new([], []);

    internal static readonly Dictionary<string, Func<byte[]>> All = new()
    {
        ["1,900 blocks and 1,000 locals"] = () => Blocks(1_900, 1_000, ValType.I64),
        ["1,900 blocks and 300 locals"] = () => Blocks(1_900, 300, ValType.I64),
        ["500 blocks and 200 locals"] = () => Blocks(500, 200, ValType.I64),
        ["900 blocks and 100 locals"] = () => Blocks(900, 100, ValType.I64),
        ["900 blocks and 390 locals"] = () => Blocks(900, 390, ValType.I64),
        ["20,000 blocks and 400 locals"] = () => Blocks(20_000, 400, ValType.I64),
        ["1,900 blocks and 1,000 float locals"] = () => Blocks(1_900, 1_000, ValType.F64),
        ["a loop of 500 blocks and 390 locals"] = () => Module(new Code().Loop(BlocksOf(500, 390, ValType.I64).Append(TurnAgain())), (390, ValType.I64)),
        ["a loop of 900 blocks and 100 locals"] = () => Module(new Code().Loop(BlocksOf(900, 100, ValType.I64).Append(TurnAgain())), (100, ValType.I64)),
        ["350 loops in a row and 100 locals"] = () => Module(LoopsInARow(350, 100), (100, ValType.I64)),
        ["600 loops in a row and 390 locals"] = () => Module(LoopsInARow(600, 390), (390, ValType.I64)),
        ["300 loops in each other and 300 locals"] = () => Module(LoopsInEachOther(300, 300), (300, ValType.I64)),
        ["5,000 conditions in a row and 100 locals"] = () => Module(Conditions(5_000, 100), (100, ValType.I64)),
        ["4,990 conditions in each other"] = () => Module(ConditionsInEachOther(4_990), (10, ValType.I64)),
        ["a table of 65,520 targets"] = () => Module(Table(65_520, 2_000), (4, ValType.I32)),
        ["2,000 tables of 200 targets"] = () => Module(Tables(2_000, 200), (4, ValType.I32)),
        ["4,990 blocks in each other"] = () => Module(Nest(4_990), (4, ValType.I64)),
        ["200,000 sums of 300 locals"] = () => Module(Sums(200_000, 300), (300, ValType.I64)),
        ["4,000 sums of 390 locals"] = () => Module(Sums(4_000, 390), (390, ValType.I64)),
        ["a sum of 5,000 values on the operand stack"] = () => Module(DeepSum(4_990), (10, ValType.I64)),
        ["3,000 vectors in 390 locals"] = () => Module(Vectors(3_000, 390), (390, ValType.V128)),
        ["300 products of vectors"] = () => Module(VectorProducts(300), (100, ValType.V128)),
        ["20,000 loads and stores"] = () => Module(LoadsAndStores(20_000), (10, ValType.I32)),
        ["1,200 loads and stores"] = () => Module(LoadsAndStores(1_200 / 2), (10, ValType.I32)),
        ["1,000 loads through 200 locals"] = () => Module(LoadsAndStores(1_000), (200, ValType.I32)),
        ["10,000 selects"] = () => Module(Selects(10_000), (50, ValType.I64)),
        ["300 calls with 1,000 arguments"] = () => Calls(300, 1_000),
        ["3,000 calls with 30 arguments"] = () => Calls(3_000, 30),
        ["60 calls with 1,000 results, left at the end of a block"] = () => CallsWithResults(60, 1_000),
        ["76 calls with 1,000 results, left at the end of a block"] = () => CallsWithResults(76, 1_000),
        ["190 calls with 1,000 results, left at the end of a block"] = () => CallsWithResults(190, 1_000),
        ["395 branches that carry 500 values"] = () => BranchesWithValues(395, 500),
        ["45 small functions of 12 blocks, called among 390 locals"] = () => SmallFunctions(45, 12, 390),
        ["2,000 calls through a table"] = () => Module(IndirectCalls(2_000), (4, ValType.I32)),
        ["50,000 locals"] = () => Module(Sums(2_000, 49_000), (50_000, ValType.I64)),
        ["100 blocks with 500 results"] = () => BlocksWithResults(100, 500),
        ["9 blocks with 500 results in each other, and 4,000 operands"] = () => NestedResults(9, 500, 4_000),
    };

    private static byte[] Module(Code code, params ReadOnlySpan<(int, ValType)> locals)
    {
        var module = new ModuleBuilder();
        module.Memory(null, new Limits(1, 1));
        module.Table(null, new TableType(ValType.FuncRef, new Limits(10, 10)));
        module.Function("f", NoParameters, code, locals);
        return module.Build();
    }

    private static byte[] Blocks(int blocks, int locals, ValType type) => Module(BlocksOf(blocks, locals, type), (locals, type));

    // Every local lives through all blocks: the last sum reads all.
    private static Code BlocksOf(int blocks, int locals, ValType type)
    {
        var code = new Code();
        for (var block = 0; block < blocks; block++)
        {
            var (a, b, c) = (block % locals, ((7 * block) + 1) % locals, ((13 * block) + 5) % locals);
            var sum = type == ValType.F64
                ? new Code().Get(a).Get(b).Op(Opcode.F64Add).Set(c).Get(c).Get(a).Op(Opcode.F64Lt)
                : new Code().Get(a).Get(b).Op(Opcode.I64Add).Set(c).Get(c).Op(Opcode.I32WrapI64);
            code.Block(sum.Op(Opcode.BrIf, 0).Get(b).Set(a));
        }
        for (var local = 1; local < locals; local++)
        {
            code.Get(0).Get(local).Op(type == ValType.F64 ? Opcode.F64Add : Opcode.I64Xor).Set(0);
        }
        return code;
    }

    private static Code TurnAgain() => new Code().Get(0).Op(Opcode.I64Eqz).Op(Opcode.BrIf, 0);

    private static Code LoopsInARow(int loops, int locals)
    {
        var code = new Code();
        for (var loop = 0; loop < loops; loop++)
        {
            code.Loop(new Code().Get(loop % locals).Get(((3 * loop) + 1) % locals).Op(Opcode.I64Sub).Set((loop + 7) % locals)
                .Get((loop + 7) % locals).Op(Opcode.I64Eqz).Op(Opcode.BrIf, 0));
        }
        return code;
    }

    private static Code LoopsInEachOther(int loops, int locals)
    {
        var code = new Code();
        for (var loop = 0; loop < loops; loop++)
        {
            var outer = new Code().Get(loop % locals).Get(((3 * loop) + 1) % locals).Op(Opcode.I64Sub).Set((loop + 7) % locals);
            code = new Code().Loop(outer.Append(code).Get(loop % locals).Op(Opcode.I64Eqz).Op(Opcode.BrIf, 0));
        }
        return code;
    }

    private static Code Conditions(int conditions, int locals)
    {
        var code = new Code();
        for (var condition = 0; condition < conditions; condition++)
        {
            code.Get(condition % locals).Op(Opcode.I64Eqz).If(new Code().Get((condition + 3) % locals).I64(condition).Op(Opcode.I64Add).Set((condition + 11) % locals));
        }
        return code;
    }

    private static Code ConditionsInEachOther(int conditions)
    {
        var code = new Code();
        for (var condition = 0; condition < conditions; condition++)
        {
            code.Get(condition % 10).Op(Opcode.I64Eqz).Op(Opcode.If, NoResult);
        }
        for (var condition = 0; condition < conditions; condition++)
        {
            code.Get(condition % 10).I64(1).Op(Opcode.I64Add).Set((condition + 3) % 10).Op(Opcode.End);
        }
        return code;
    }

    private static Code Table(int targets, int cases)
    {
        var code = new Code();
        for (var one = 0; one < cases; one++)
        {
            code.Op(Opcode.Block, NoResult);
        }
        code.Get(0).Op(Opcode.BrTable, [targets - 1, .. Enumerable.Range(0, targets).Select(target => target % cases)]);
        for (var one = 0; one < cases; one++)
        {
            code.Op(Opcode.End).Get(one % 4).I32(one).Op(Opcode.I32Add).Set((one + 1) % 4);
        }
        return code;
    }

    private static Code Tables(int tables, int targets)
    {
        var code = new Code();
        for (var table = 0; table < tables; table++)
        {
            code.Get(table % 4).Op(Opcode.I32Eqz).If(new Code().Get(0).Op(Opcode.BrTable, [targets, .. Enumerable.Range(0, targets + 1).Select(target => target % 3)]));
        }
        return new Code().Block(new Code().Block(code));
    }

    private static Code Nest(int depth)
    {
        var code = new Code();
        for (var block = 0; block < depth; block++)
        {
            code.Op(Opcode.Block, NoResult);
        }
        for (var block = 0; block < depth; block++)
        {
            code.Get(block % 4).Op(Opcode.I32WrapI64).Op(Opcode.BrIf, (depth - 1 - block) / 2).Get(0).I64(block).Op(Opcode.I64Add).Set(block % 4).Op(Opcode.End);
        }
        return code;
    }

    private static Code Sums(int sums, int locals)
    {
        var code = new Code();
        for (var sum = 0; sum < sums; sum++)
        {
            code.Get(sum % locals).Get(((11 * sum) + 3) % locals).Op(Opcode.I64Add).Set(((17 * sum) + 29) % locals);
        }
        return code;
    }

    private static Code DeepSum(int values)
    {
        var code = new Code();
        for (var value = 0; value < values; value++)
        {
            code.Get(value % 10).I64(value).Op(Opcode.I64Rotl);
        }
        for (var value = 1; value < values; value++)
        {
            code.Op(Opcode.I64Sub);
        }
        return code.Set(0);
    }

    private static Code Vectors(int sums, int locals)
    {
        var code = new Code();
        for (var sum = 0; sum < sums; sum++)
        {
            code.Get(sum % locals).Get(((11 * sum) + 3) % locals).Op(sum % 2 == 0 ? Opcode.I32x4Add : Opcode.F64x2Mul).Set(((17 * sum) + 29) % locals);
        }
        return code;
    }

    private static Code VectorProducts(int products)
    {
        var code = new Code();
        for (var product = 0; product < products; product++)
        {
            code.Get(product % 100).Get((product + 3) % 100).Op(Opcode.I8x16Swizzle).Get((product + 7) % 100).Op(Opcode.I16x8ExtmulHighI8x16U)
                .Get(product % 100).Op(Opcode.I8x16NarrowI16x8U).Op(Opcode.F32x4ConvertI32x4U).Set((product + 29) % 100);
        }
        return code;
    }

    private static Code LoadsAndStores(int count)
    {
        var code = new Code();
        for (var access = 0; access < count; access++)
        {
            code.Get(access % 10).Get((access + 3) % 10).Op(Opcode.I32Load, 2, 8 * access).Op(Opcode.I32Store, 2, 4 * access);
        }
        return code;
    }

    private static Code Selects(int selects)
    {
        var code = new Code();
        for (var select = 0; select < selects; select++)
        {
            code.Get(select % 50).Get((select + 3) % 50).Get((select + 7) % 50).Get((select + 9) % 50).Op(Opcode.I64LtS).Op(Opcode.Select).Set((select + 21) % 50);
        }
        return code;
    }

    private static Code IndirectCalls(int calls)
    {
        var code = new Code();
        for (var call = 0; call < calls; call++)
        {
            code.Get(call % 4).CallIndirect(0);
        }
        return code;
    }

    private static byte[] Calls(int calls, int arguments)
    {
        var module = new ModuleBuilder();
        var callee = module.Function(null, new FuncType([.. Enumerable.Repeat(ValType.I64, arguments)], [ValType.I64]), new Code().Get(0));
        var code = new Code();
        for (var call = 0; call < calls; call++)
        {
            for (var argument = 0; argument < arguments; argument++)
            {
                code.Get((call + argument) % 10);
            }
            code.Call(callee).Set(call % 10);
        }
        module.Function("f", NoParameters, code, (10, ValType.I64));
        return module.Build();
    }

    private static byte[] CallsWithResults(int calls, int results)
    {
        var module = new ModuleBuilder();
        var vectors = new Code();
        for (var result = 0; result < results; result++)
        {
            vectors.V128(1);
        }
        var callee = module.Function(null, new FuncType([], [.. Enumerable.Repeat(ValType.V128, results)]), vectors);
        var code = new Code();
        for (var call = 0; call < calls; call++)
        {
            code.Block(new Code().Call(callee).Op(Opcode.Br, 0));
        }
        module.Function("f", NoParameters, code);
        return module.Build();
    }

    private static byte[] BranchesWithValues(int branches, int values)
    {
        var module = new ModuleBuilder();
        var code = new Code().Op(Opcode.Block, module.Type(new FuncType([], [.. Enumerable.Repeat(ValType.I64, values)])));
        for (var value = 0; value < values; value++)
        {
            code.Get(value % 10);
        }
        for (var branch = 0; branch < branches; branch++)
        {
            code.Get(branch % 10).Op(Opcode.I32WrapI64).Op(Opcode.BrIf, 0);
        }
        code.Op(Opcode.End);
        for (var value = 0; value < values; value++)
        {
            code.Set(value % 10);
        }
        module.Function("f", NoParameters, code, (10, ValType.I64));
        return module.Build();
    }

    private static byte[] SmallFunctions(int calls, int blocks, int locals)
    {
        var module = new ModuleBuilder();
        var callee = module.Function(null, new FuncType([ValType.I64, ValType.I64], [ValType.I64]), Blocks(blocks - 1));
        var code = BlocksOf(50, locals, ValType.I64);
        for (var call = 0; call < calls; call++)
        {
            code.Get(call % locals).Get((call + 7) % locals).Call(callee).Set((3 * call) % locals);
        }
        module.Function("f", NoParameters, code.Append(BlocksOf(50, locals, ValType.I64)), (locals, ValType.I64));
        return module.Build();

        static Code Blocks(int depth) => depth == 0
            ? new Code().Get(0).Get(1).Op(Opcode.I64Add)
            : new Code().Get(0).Op(Opcode.I64Eqz).If(new Code()).Append(Blocks(depth - 1));
    }

    // As many values as the limits of a module allow, in the labels and below them.
    private static byte[] NestedResults(int blocks, int results, int operands)
    {
        var module = new ModuleBuilder();
        var type = module.Type(new FuncType([], [.. Enumerable.Repeat(ValType.I64, results)]));
        var code = new Code();
        for (var operand = 0; operand < operands; operand++)
        {
            code.Get(operand % 10).I64(operand).Op(Opcode.I64Rotl);
        }
        for (var block = 0; block < blocks; block++)
        {
            code.Op(Opcode.Block, type);
        }
        for (var result = 0; result < results; result++)
        {
            code.Get(result % 10);
        }
        for (var block = 0; block < blocks; block++)
        {
            code.Get(0).Op(Opcode.I32WrapI64).Op(Opcode.BrIf, blocks - 1 - block).Op(Opcode.End);
        }
        for (var value = 0; value < operands + results; value++)
        {
            code.Set(value % 10);
        }
        module.Function("f", NoParameters, code, (10, ValType.I64));
        return module.Build();
    }

    private static byte[] BlocksWithResults(int blocks, int results)
    {
        var module = new ModuleBuilder();
        var type = module.Type(new FuncType([], [.. Enumerable.Repeat(ValType.I64, results)]));
        var code = new Code();
        for (var block = 0; block < blocks; block++)
        {
            code.Op(Opcode.Block, type);
            for (var result = 0; result < results; result++)
            {
                code.Get((block + result) % 10);
            }
            code.Get(0).Op(Opcode.I32WrapI64).Op(Opcode.BrIf, 0).Op(Opcode.End);
            for (var result = 0; result < results; result++)
            {
                code.Set((block + (3 * result)) % 10);
            }
        }
        module.Function("f", NoParameters, code, (10, ValType.I64));
        return module.Build();
    }
}
