using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Validation;

/// <summary>Validates core modules and their instances.</summary>
internal sealed class CoreInstances(ValidationContext context)
{
    internal static Sort SortOf(ExternKind kind) => kind switch
    {
        ExternKind.Func => Sort.CoreFunc,
        ExternKind.Table => Sort.CoreTable,
        ExternKind.Memory => Sort.CoreMemory,
        _ => Sort.CoreGlobal,
    };

    internal void Define(CoreModuleDefinition definition, Scope scope)
    {
        try
        {
            definition.Module = context.Engine.Compile(context.Bytes.Slice(definition.Start, definition.Length));
        }
        catch (InvalidModuleException error)
        {
            throw context.Core(error, definition);
        }
        scope.CoreModules.Add(CoreTypes.Of(definition.Module, context));
    }

    internal void Define(CoreInstantiation definition, Scope scope)
    {
        var module = context.At(scope.CoreModules, definition.Module, "core module");
        var arguments = new Dictionary<string, uint>();
        foreach (var argument in definition.Arguments)
        {
            context.At(scope.CoreInstances, argument.Instance, "core instance", argument.Offset);
            if (!arguments.TryAdd(argument.Name, argument.Instance))
            {
                throw context.Invalid($"duplicate module instantiation argument named `{argument.Name}`", argument.Offset);
            }
        }
        context.Charge(module.Imports.Count);
        foreach (var ((from, name), needed) in module.Imports)
        {
            if (!arguments.TryGetValue(from, out var instance))
            {
                throw context.Invalid($"missing module instantiation argument named `{from}`");
            }
            if (!scope.CoreInstances[(int)instance].TryGetValue(name, out var offered))
            {
                throw context.Invalid($"module instantiation argument `{from}` does not export an item named `{name}`");
            }
            if (CoreSubtyping.Mismatch(offered, needed) is { } mismatch)
            {
                throw context.Invalid($"type mismatch for export `{name}` of module instantiation argument `{from}`: {mismatch}");
            }
        }
        scope.CoreInstances.Add(module.Exports);
    }

    internal void Define(CoreInlineExports definition, Scope scope)
    {
        var exports = new Dictionary<string, ExternType>();
        foreach (var export in definition.Exports)
        {
            if (!exports.TryAdd(export.Name, ItemAt(export.Item, scope)))
            {
                throw context.Invalid($"export name `{export.Name}` already defined", export.Item.Offset);
            }
        }
        scope.CoreInstances.Add(exports);
    }

    private ExternType ItemAt(SortIndex item, Scope scope) => item.Sort switch
    {
        Sort.CoreFunc => ExternType.Of(context.At(scope.CoreFuncs, item.Index, "core function", item.Offset)),
        Sort.CoreTable => ExternType.Of(context.At(scope.CoreTables, item.Index, "core table", item.Offset)),
        Sort.CoreMemory => ExternType.Of(context.At(scope.CoreMemories, item.Index, "core memory", item.Offset)),
        _ => ExternType.Of(context.At(scope.CoreGlobals, item.Index, "core global", item.Offset)),
    };
}
