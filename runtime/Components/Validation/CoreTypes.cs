using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;
using Tapedeck.Wasm;
using CoreFuncType = Tapedeck.Wasm.FuncType;
using ExternType = Tapedeck.Wasm.ExternType;

namespace Tapedeck.Components.Validation;

/// <summary>Turns declarations of core types into types.</summary>
internal sealed class CoreTypes(ValidationContext context)
{
    /// <returns>A <see cref="CoreFuncType"/> or a <see cref="CoreModuleType"/>.</returns>
    internal object Build(CoreTypeDeclaration declaration, Scope scope) => declaration switch
    {
        CoreFuncTypeDeclaration func => func.Type,
        CoreModuleTypeDeclaration module => Build(module, scope),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The type of a compiled module.</summary>
    internal static CoreModuleType Of(Module module, ValidationContext context)
    {
        var imports = new Dictionary<(string, string), ExternType>();
        foreach (var import in module.Imports)
        {
            AddImport(imports, import.Module, import.Name, import.Type, context);
        }
        return new CoreModuleType(imports, module.Exports.ToDictionary(static export => export.Name, static export => export.Type));
    }

    private CoreModuleType Build(CoreModuleTypeDeclaration declaration, Scope scope)
    {
        var types = new List<CoreFuncType>();
        var imports = new Dictionary<(string, string), ExternType>();
        var exports = new Dictionary<string, ExternType>();
        foreach (var declarator in declaration.Declarators)
        {
            switch (declarator)
            {
                case CoreTypeDeclarator type:
                    types.Add(type.Type);
                    break;
                case CoreOuterAlias alias:
                    types.Add(Outer(alias, types, scope));
                    break;
                case CoreImportDeclarator import:
                    AddImport(imports, import.Module, import.Name, TypeOf(import.Type, types, import.Offset), context);
                    break;
                case CoreExportDeclarator export when !exports.TryAdd(export.Name, TypeOf(export.Type, types, export.Offset)):
                    throw context.Invalid($"export name `{export.Name}` already defined", export.Offset);
            }
        }
        return new CoreModuleType(imports, exports);
    }

    private CoreFuncType Outer(CoreOuterAlias alias, List<CoreFuncType> types, Scope scope) =>
        alias.Count == 0
            ? context.At(types, alias.Index, "core type", alias.Offset)
            : context.At(scope.Outer(alias.Count - 1).CoreTypes, alias.Index, "core type", alias.Offset) as CoreFuncType
                ?? throw context.Invalid("a module type cannot alias a module type", alias.Offset);

    private ExternType TypeOf(CoreExternTypeDeclaration declaration, List<CoreFuncType> types, int offset) =>
        declaration.FuncType is { } index ? ExternType.Of(context.At(types, index, "type", offset)) : declaration.Other;

    // A component knows the imports of a module by one name each, made of the two.
    private static void AddImport(Dictionary<(string, string), ExternType> imports, string module, string name, ExternType type, ValidationContext context)
    {
        if (!imports.TryAdd((module, name), type))
        {
            throw context.Invalid($"duplicate import name `{module}:{name}`");
        }
    }
}
