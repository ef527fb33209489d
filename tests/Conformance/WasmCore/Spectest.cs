using Tapedeck.Wasm;

namespace Tapedeck.Conformance.WasmCore;

/// <summary>The module <c>spectest</c>, which every script may import from.</summary>
/// <remarks><see href="https://github.com/WebAssembly/spec/blob/main/interpreter/README.md#spectest-host-module"/></remarks>
internal static class Spectest
{
    internal const string Name = "spectest";

    internal static Dictionary<string, Extern> Externs(Store store) => new()
    {
        ["print"] = Print(store),
        ["print_i32"] = Print(store, ValType.I32),
        ["print_i64"] = Print(store, ValType.I64),
        ["print_f32"] = Print(store, ValType.F32),
        ["print_f64"] = Print(store, ValType.F64),
        ["print_i32_f32"] = Print(store, ValType.I32, ValType.F32),
        ["print_f64_f64"] = Print(store, ValType.F64, ValType.F64),
        ["global_i32"] = new Global(store, new(ValType.I32, Mutable: false), Value.I32(666)),
        ["global_i64"] = new Global(store, new(ValType.I64, Mutable: false), Value.I64(666)),
        ["global_f32"] = new Global(store, new(ValType.F32, Mutable: false), Value.F32(666.6f)),
        ["global_f64"] = new Global(store, new(ValType.F64, Mutable: false), Value.F64(666.6)),
        ["table"] = new Table(store, new(ValType.FuncRef, new(10, 20)), Value.Null),
        ["memory"] = new Memory(store, new(new(1, 2))),
    };

    /// <summary>What is printed is of no interest; that the arguments arrive is.</summary>
    private static Func Print(Store store, params ValType[] parameters) =>
        store.Host(HostFunction.Of(new FuncType(parameters, []), static (_, _, _) => { }));
}
