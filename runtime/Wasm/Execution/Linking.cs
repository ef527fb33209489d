using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Execution;

/// <summary>Checks imports against what a module asks for, <see href="https://webassembly.github.io/spec/core/valid/matching.html">matching</see>.</summary>
internal static class Linking
{
    internal static void Check(ModuleDeclaration module, Store store, ReadOnlySpan<Extern> imports)
    {
        if (imports.Length != module.Imports.Length)
        {
            throw new LinkException($"unknown import: the module asks for {module.Imports.Length} imports, {imports.Length} are given");
        }
        for (var index = 0; index < imports.Length; index++)
        {
            var wanted = module.Imports[index];
            if (imports[index] is null)
            {
                throw new LinkException($"unknown import: {wanted.Module}.{wanted.Name} is null");
            }
            if (imports[index].Store != store)
            {
                throw new LinkException($"incompatible import type: {wanted.Module}.{wanted.Name} is of another store");
            }
            if (!Matches(imports[index].Type, wanted.Type))
            {
                throw new LinkException($"incompatible import type for {wanted.Module}.{wanted.Name}");
            }
        }
    }

    private static bool Matches(ExternType given, ExternType wanted) => given.Kind == wanted.Kind && wanted.Kind switch
    {
        ExternKind.Func => given.Func!.Equals(wanted.Func),
        ExternKind.Table => given.Table.Element == wanted.Table.Element && Matches(given.Table.Limits, wanted.Table.Limits),
        ExternKind.Memory => Matches(given.Memory.Limits, wanted.Memory.Limits),
        _ => given.Global == wanted.Global,
    };

    private static bool Matches(Limits given, Limits wanted) =>
        given.Min >= wanted.Min && (wanted.Max is null || (given.Max is not null && given.Max <= wanted.Max));
}
