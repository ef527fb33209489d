using Tapedeck.Wasm;
using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Modules;

/// <summary>Writes a module in the binary format.</summary>
/// <remarks><see href="https://webassembly.github.io/spec/core/binary/modules.html"/></remarks>
internal sealed class ModuleWriter(ModuleTree module)
{
    private readonly ByteWriter _out = new() { Padded = module.Padded };

    internal static byte[] Write(ModuleTree module)
    {
        var writer = new ModuleWriter(module);
        writer.Write();
        return writer._out.ToArray();
    }

    private void Write()
    {
        _out.Bytes("\0asm"u8).Fixed32(1);
        Section(1, module.Types, Type);
        Section(2, module.Imports, static (to, import) => Extern(to.Name(import.Module).Name(import.Name), import.Type, import.TypeIndex));
        Section(3, module.Functions, static (to, function) => to.U32(function.TypeIndex));
        Section(4, module.Tables[Imported(ExternKind.Table)..], Table);
        Section(5, module.Memories[Imported(ExternKind.Memory)..], static (to, memory) => Limits(to, memory.Limits));
        Section(6, module.Globals[Imported(ExternKind.Global)..], Global);
        Section(7, module.Exports, static (to, export) => to.Name(export.Name).Byte((int)export.Type.Kind).U32(export.Index));
        if (module.Start is { } start)
        {
            _out.Byte(8).Sized(to => to.U32(start));
        }
        Section(9, module.Elements, Element);
        if (module.Data.Count > 0)
        {
            _out.Byte(12).Sized(to => to.U32(module.Data.Count));
        }
        Section(10, module.Functions, Body);
        Section(11, module.Data, Data);
    }

    private int Imported(ExternKind kind) => module.Imports.Count(import => import.Type.Kind == kind);

    private void Section<T>(int id, List<T> items, Action<ByteWriter, T> write)
    {
        if (items.Count > 0)
        {
            _out.Byte(id).Sized(to => to.Vector(items, item => write(to, item)));
        }
    }

    private static void Type(ByteWriter to, FuncType type) =>
        to.Byte(0x60).Vector(type.Parameters, item => to.Byte((int)item)).Vector(type.Results, item => to.Byte((int)item));

    private static void Extern(ByteWriter to, ExternType type, int typeIndex)
    {
        to.Byte((int)type.Kind);
        switch (type.Kind)
        {
            case ExternKind.Func:
                to.U32(typeIndex);
                break;
            case ExternKind.Table:
                Table(to, type.Table);
                break;
            case ExternKind.Memory:
                Limits(to, type.Memory.Limits);
                break;
            default:
                to.Byte((int)type.Global.Type).Byte(type.Global.Mutable ? 1 : 0);
                break;
        }
    }

    private static void Table(ByteWriter to, TableType type) => Limits(to.Byte((int)type.Element), type.Limits);

    private static void Limits(ByteWriter to, Limits limits)
    {
        to.Byte(limits.Max is null ? 0 : 1).U32(limits.Min);
        if (limits.Max is { } max)
        {
            to.U32(max);
        }
    }

    private static void Global(ByteWriter to, Global global) =>
        Constant(to.Byte((int)global.Type.Type).Byte(global.Type.Mutable ? 1 : 0), global.Init!);

    private static void Constant(ByteWriter to, Node node)
    {
        Code(to, node);
        to.Byte((int)Opcode.End);
    }

    private static void Element(ByteWriter to, Element element)
    {
        // Bit 0: not active. Bit 1: a table index, or declarative. Bit 2: expressions.
        var form = element.Mode switch
        {
            SegmentMode.Active => element.Table == 0 && element.Type == ValType.FuncRef ? 0 : 2,
            SegmentMode.Passive => 1,
            _ => 3,
        };
        to.Byte(form | (element.Functions is null ? 4 : 0));
        if (element.Mode == SegmentMode.Active)
        {
            if (form == 2)
            {
                to.U32(element.Table);
            }
            Constant(to, element.Offset!);
        }
        if (form != 0)
        {
            to.Byte(element.Functions is null ? (int)element.Type : 0);
        }
        if (element.Functions is { } functions)
        {
            to.Vector(functions, function => to.U32(function));
        }
        else
        {
            to.Vector(element.Items, item => Constant(to, item));
        }
    }

    private static void Data(ByteWriter to, Data data)
    {
        to.Byte(data.Mode == SegmentMode.Passive ? 1 : data.Memory == 0 ? 0 : 2);
        if (data.Mode == SegmentMode.Active)
        {
            if (data.Memory != 0)
            {
                to.U32(data.Memory);
            }
            Constant(to, data.Offset!);
        }
        to.U32(data.Bytes.Length).Bytes(data.Bytes);
    }

    private static void Body(ByteWriter to, Function function) => to.Sized(body =>
    {
        body.Vector(Runs(function.Locals), run => body.U32(run.Count).Byte((int)run.Type));
        Code(body, function.Body);
        body.Byte((int)Opcode.End);
    });

    private static List<LocalRun> Runs(List<ValType> locals)
    {
        var runs = new List<LocalRun>();
        foreach (var local in locals)
        {
            if (runs.Count > 0 && runs[^1].Type == local)
            {
                runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
            }
            else
            {
                runs.Add(new LocalRun(1, local));
            }
        }
        return runs;
    }

    private static void Code(ByteWriter to, List<Node> nodes)
    {
        foreach (var node in nodes)
        {
            Code(to, node);
        }
    }

    private static void Code(ByteWriter to, Node node)
    {
        Code(to, node.Operands);
        if (node.Opcode is not { } opcode)
        {
            return;
        }
        WriteOpcode(to, (int)opcode);
        to.Bytes(node.Immediates);
        if (node.Body is { } body)
        {
            Code(to, body);
            if (node.Else is { } otherwise)
            {
                to.Byte((int)Opcode.Else);
                Code(to, otherwise);
            }
            to.Byte((int)Opcode.End);
        }
    }

    private static void WriteOpcode(ByteWriter to, int opcode)
    {
        if (opcode <= 0xFF)
        {
            to.Byte(opcode);
        }
        else
        {
            to.Byte(opcode >> 8).U32(opcode & 0xFF);
        }
    }
}
