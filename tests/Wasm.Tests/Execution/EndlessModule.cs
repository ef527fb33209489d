using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;

namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>A module whose <c>run</c> calls the import <c>started</c> and then never ends.</summary>
internal static class EndlessModule
{
    private const int TreeDepth = 60;
    private const uint Pages = 1 << 14;
    private const uint Elements = 900_000;

    internal static byte[] Of(Endless shape)
    {
        var module = new ModuleBuilder();
        var started = module.ImportFunction("started", Types.None);
        var run = new Code().Call(started).Append(shape switch
        {
            Endless.Loop => new Code().Loop(new Code().Op(Opcode.Br, 0)),
            Endless.BrTable => BrTable(),
            Endless.Tree => Tree(module),
            Endless.IndirectTree => IndirectTree(module),
            Endless.ReturnCall => ReturnCall(module),
            Endless.ReturnCallIndirect => ReturnCallIndirect(module),
            Endless.MemoryFill or Endless.MemoryCopy or Endless.MemoryInit => MemoryOperation(module, shape),
            _ => TableOperation(module, shape),
        });
        module.Function("run", Types.None, run, (1, ValType.I32));
        return module.Build();
    }

    private static Code BrTable() => new Code().Loop(new Code().Block(
        new Code().Get(0).I32(1).Op(Opcode.I32Add).Set(0).Get(0).I32(1).Op(Opcode.I32And).Op(Opcode.BrTable, 1, 1, 0)).Op(Opcode.Br, 0));

    private static Code Tree(ModuleBuilder module)
    {
        const int tree = 1;
        var branch = new Code().Get(0).I32(1).Op(Opcode.I32Sub).Call(tree);
        module.Function(null, Types.I32, new Code().Get(0).If(new Code().Append(branch).Append(branch)));
        return new Code().I32(TreeDepth).Call(tree);
    }

    private static Code IndirectTree(ModuleBuilder module)
    {
        var type = module.Type(Types.I32);
        module.Table(null, new TableType(ValType.FuncRef, new Limits(2, 2)));
        module.ActiveElements(0, new Code().I32(0), Twig(0), Twig(1));
        return new Code().I32(TreeDepth).I32(0).CallIndirect(type);

        int Twig(int index)
        {
            var branch = new Code().Get(0).I32(1).Op(Opcode.I32Sub).I32(1 - index).CallIndirect(type);
            return module.Function(null, Types.I32, new Code().Get(0).If(new Code().Append(branch).Append(branch)));
        }
    }

    private static Code ReturnCall(ModuleBuilder module)
    {
        module.Function(null, Types.None, new Code().Op(Opcode.ReturnCall, 1));
        return new Code().Op(Opcode.ReturnCall, 1);
    }

    private static Code ReturnCallIndirect(ModuleBuilder module)
    {
        var type = module.Type(Types.None);
        module.Table(null, new TableType(ValType.FuncRef, new Limits(2, 2)));
        module.ActiveElements(0, new Code().I32(0), Link(0), Link(1));
        return new Code().Op(Opcode.ReturnCall, 1);

        int Link(int index) => module.Function(null, Types.None, new Code().I32(1 - index).Op(Opcode.ReturnCallIndirect, type, 0));
    }

    private static Code MemoryOperation(ModuleBuilder module, Endless shape)
    {
        module.Memory(null, new Limits(Pages, Pages));
        module.PassiveData(new byte[4 << 20]);
        var bytes = (int)(Pages * Memory.PageBytes / 4);
        return Again(shape switch
        {
            Endless.MemoryFill => new Code().I32(0).I32(1).I32(bytes).Op(Opcode.MemoryFill, 0),
            Endless.MemoryCopy => new Code().I32(1).I32(0).I32(bytes).Op(Opcode.MemoryCopy, 0, 0),
            _ => new Code().I32(0).I32(0).I32(4 << 20).Op(Opcode.MemoryInit, 0, 0),
        });
    }

    private static Code TableOperation(ModuleBuilder module, Endless shape)
    {
        var function = module.Function(null, Types.None, new Code());
        module.Table(null, new TableType(ValType.FuncRef, new Limits(Elements, Elements)));
        module.PassiveElements([.. Enumerable.Repeat(function, 100_000)]);
        return Again(shape switch
        {
            Endless.TableFill => new Code().I32(0).Op(Opcode.RefFunc, function).I32((int)Elements).Op(Opcode.TableFill, 0),
            Endless.TableCopy => new Code().I32(1).I32(0).I32((int)Elements - 1).Op(Opcode.TableCopy, 0, 0),
            _ => new Code().I32(0).I32(0).I32(100_000).Op(Opcode.TableInit, 0, 0),
        });
    }

    private static Code Again(Code operation) => new Code().Loop(operation.Op(Opcode.Br, 0));
}
