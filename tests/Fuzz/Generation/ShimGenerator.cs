using Tapedeck.Fuzz.Modules;
using Tapedeck.Fuzz.Playing;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>
/// Functions that a host can call whatever values it knows: JavaScript has no vectors and may change the bits of a NaN, so floats and vectors pass as integers, and a function
/// reference as whether it is null.
/// </summary>
internal sealed class ShimGenerator(ModuleTree module, Flavour flavour, Chance chance)
{
    /// <summary>A shim for a function; it fills the fuel first, and adds the digest to the results.</summary>
    internal Function Around(int function, string export)
    {
        var type = module.TypeOf(function);
        var shim = Add(export, type.Parameters.SelectMany(Bits.Flat), [.. type.Results, ValType.I64]);
        var scope = ScopeOf(shim);
        var parameter = 0;
        var arguments = type.Parameters.Select(wanted => Argument(wanted, ref parameter)).ToList();
        shim.Body = [FillFuel(), Code.Call(function, type, arguments), .. Flatten(scope, type.Results), Code.GlobalGet(module.Digest, ValType.I64)];
        return shim;
    }

    /// <summary>A shim that reads a global.</summary>
    internal Function Reading(int global, string export)
    {
        var type = module.Globals[global].Type.Type;
        var shim = Add(export, [], [type]);
        shim.Body = [Code.GlobalGet(global, type), .. Flatten(ScopeOf(shim), [type])];
        return shim;
    }

    /// <summary>A shim that calls what a slot of a table holds, with zeros.</summary>
    internal Function Through(int table, int typeIndex, string export)
    {
        var type = module.Types[typeIndex];
        var shim = Add(export, [ValType.I32], type.Results);
        var call = Code.Of(
            Opcode.CallIndirect, [.. type.Results], Code.U32(typeIndex, table), [.. type.Parameters.Select(Code.Zero), Code.LocalGet(0, ValType.I32)]);
        shim.Body = [FillFuel(), call, .. Flatten(ScopeOf(shim), type.Results)];
        return shim;
    }

    /// <summary>A shim that tells a table's size and which of its first 32 elements are null.</summary>
    internal Function Digest(int table, string export)
    {
        var shim = Add(export, [], [ValType.I32, ValType.I32]);
        var (at, digest) = (shim.AddLocal(ValType.I32), shim.AddLocal(ValType.I32));
        Node At() => Code.LocalGet(at, ValType.I32);
        Node Digest() => Code.LocalGet(digest, ValType.I32);
        Node Size() => Code.Of(Opcode.TableSize, [ValType.I32], Code.U32(table));
        var isNull = Code.IsNull(Code.Of(Opcode.TableGet, [module.Tables[table].Element], Code.U32(table), At()));
        var done = Code.Of(
            Opcode.BrIf, [], [1], Code.Of(Opcode.I32Or, Code.Of(Opcode.I32GeU, At(), Size()), Code.Of(Opcode.I32GeU, At(), Code.I32(32))));
        var loop = new Node(Opcode.Loop, [])
        {
            Immediates = [0x40],
            Body =
            [
                done,
                Code.LocalSet(digest, Code.Of(Opcode.I32Or, Digest(), Code.Of(Opcode.I32Shl, isNull, At()))),
                Code.LocalSet(at, Code.Of(Opcode.I32Add, At(), Code.I32(1))),
                Code.Of(Opcode.Br, [], [0]),
            ],
        };
        shim.Body = [new Node(Opcode.Block, []) { Immediates = [0x40], Body = [loop] }, Size(), Digest()];
        return shim;
    }

    private Function Add(string export, IEnumerable<ValType> parameters, IEnumerable<ValType> results) =>
        module.AddFunction(new FuncType(parameters, results.SelectMany(Bits.Flat)), export, isShim: true);

    private Scope ScopeOf(Function function) => new(module, function, flavour, chance, 0);

    private Node FillFuel() => Code.GlobalSet(module.Fuel, Code.I32(flavour.Fuel));

    private Node Argument(ValType type, ref int parameter)
    {
        var first = parameter;
        parameter += Bits.Flat(type).Length;
        return type switch
        {
            ValType.F32 => Code.Of(Opcode.F32ReinterpretI32, Code.LocalGet(first, ValType.I32)),
            ValType.F64 => Code.Of(Opcode.F64ReinterpretI64, Code.LocalGet(first, ValType.I64)),
            ValType.V128 => Code.Of(
                Opcode.I64x2ReplaceLane, [ValType.V128], [1], Code.Of(Opcode.I64x2Splat, Code.LocalGet(first, ValType.I64)), Code.LocalGet(first + 1, ValType.I64)),
            ValType.FuncRef => Code.Of(
                Opcode.SelectT, [type], [1, (byte)type], Code.RefFunc(chance.Below(module.FunctionCount)), Code.Null(type), Code.LocalGet(first, ValType.I32)),
            _ => Code.LocalGet(first, type),
        };
    }

    /// <summary>Takes values off the stack, and puts what stands for them back.</summary>
    private static List<Node> Flatten(Scope scope, IReadOnlyList<ValType> types)
    {
        var locals = types.Select(scope.Function.AddLocal).ToList();
        var nodes = new List<Node>();
        for (var i = types.Count - 1; i >= 0; i--)
        {
            nodes.Add(Code.LocalSet(locals[i], Code.OnStack(types[i])));
        }
        var floats = new FloatGenerator(scope);
        for (var i = 0; i < types.Count; i++)
        {
            nodes.AddRange(Flatten(floats, Code.LocalGet(locals[i], types[i])));
        }
        return nodes;
    }

    private static IEnumerable<Node> Flatten(FloatGenerator floats, Node value) => value.Results[0] switch
    {
        ValType.F32 => [Code.Of(Opcode.I32ReinterpretF32, floats.Reduce(value))],
        ValType.F64 => [Code.Of(Opcode.I64ReinterpretF64, floats.Reduce(value))],
        ValType.V128 => [Lane(value, 0), Lane(value, 1)],
        ValType.FuncRef => [Code.IsNull(value)],
        _ => [value],
    };

    private static Node Lane(Node value, byte lane) => Code.Of(Opcode.I64x2ExtractLane, [ValType.I64], [lane], value);
}
