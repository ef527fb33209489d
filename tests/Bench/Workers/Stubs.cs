using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>What a module imports, where it does not matter what it is: functions that answer zero, memories and tables of the least size, globals of zero.</summary>
internal static class Stubs
{
    internal static Extern[] For(Store store, Module module) => [.. module.Imports.Select(i => Of(store, i.Type))];

    internal static Func Of(Store store, FuncType type) => store.Host(HostFunction.Of(type, static (_, _, results) => results.Clear()));

    private static Extern Of(Store store, ExternType type) => type.Kind switch
    {
        ExternKind.Func => Of(store, type.Func!),
        ExternKind.Table => new Table(store, type.Table, Value.Null),
        ExternKind.Memory => new Memory(store, type.Memory),
        _ => new Global(store, type.Global, Value.I32(0)),
    };
}
