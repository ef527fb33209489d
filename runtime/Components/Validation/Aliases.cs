using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Validation;

/// <summary>Validates aliases.</summary>
internal sealed class Aliases(ValidationContext context)
{
    /// <summary>An alias among the declarators of a type, where fewer sorts are allowed.</summary>
    internal void Declare(Definition alias, Scope scope)
    {
        var allowed = alias switch
        {
            ExportAlias export => export.Sort is Sort.Type or Sort.Instance,
            OuterAlias outer => outer.Sort is Sort.Type or Sort.CoreType,
            _ => false,
        };
        if (!allowed)
        {
            throw context.Invalid("aliases in a type declaration may only refer to types or instances");
        }
        Define(alias, scope);
    }

    internal void Define(Definition alias, Scope scope)
    {
        switch (alias)
        {
            case ExportAlias export:
                Export(export, scope);
                break;
            case CoreExportAlias core:
                CoreExport(core, scope);
                break;
            case OuterAlias outer:
                Outer(outer, scope);
                break;
        }
    }

    private void Export(ExportAlias alias, Scope scope)
    {
        if (!context.At(scope.Instances, alias.Instance, "instance").Exports.TryGet(alias.Name, out var export))
        {
            throw context.Invalid($"instance {alias.Instance} has no export named `{alias.Name}`");
        }
        if (SortOf(export) != alias.Sort)
        {
            throw context.Invalid($"export `{alias.Name}` of instance {alias.Instance} is a {export.Noun}, not a {Word(alias.Sort)}");
        }
        scope.Push(export);
    }

    private void CoreExport(CoreExportAlias alias, Scope scope)
    {
        if (!context.At(scope.CoreInstances, alias.Instance, "core instance").TryGetValue(alias.Name, out var export))
        {
            throw context.Invalid($"core instance {alias.Instance} has no export named `{alias.Name}`");
        }
        if (CoreInstances.SortOf(export.Kind) != alias.Sort)
        {
            throw context.Invalid($"export `{alias.Name}` for core instance {alias.Instance} is not a {Word(alias.Sort)}");
        }
        switch (export.Kind)
        {
            case ExternKind.Func:
                scope.CoreFuncs.Add(export.Func!);
                break;
            case ExternKind.Table:
                scope.CoreTables.Add(export.Table);
                break;
            case ExternKind.Memory:
                scope.CoreMemories.Add(export.Memory);
                break;
            default:
                scope.CoreGlobals.Add(export.Global);
                break;
        }
    }

    private void Outer(OuterAlias alias, Scope scope)
    {
        var target = scope.Outer(alias.Count);
        switch (alias.Sort)
        {
            case Sort.CoreModule:
                scope.CoreModules.Add(context.At(target.CoreModules, alias.Index, "core module"));
                break;
            case Sort.CoreType:
                scope.CoreTypes.Add(context.At(target.CoreTypes, alias.Index, "core type"));
                break;
            case Sort.Component:
                scope.Components.Add(context.At(target.Components, alias.Index, "component"));
                break;
            default:
                scope.Types.Add(OuterType(alias, scope, target));
                break;
        }
    }

    private IDefinedType OuterType(OuterAlias alias, Scope scope, Scope target)
    {
        var type = target.TypeAt(alias.Index);
        for (var crossed = scope; crossed != target; crossed = crossed.Parent!)
        {
            // Each instance of the outer component has resource types of its own; the inner component is one for all.
            if (crossed.Kind == ScopeKind.Component && FreeResources.Any(type, context))
            {
                throw context.Invalid("cannot alias an outer type which transitively refers to resources not defined in the current component");
            }
        }
        return type;
    }

    private static Sort SortOf(Types.ExternType type) => type switch
    {
        CoreModuleExtern => Sort.CoreModule,
        FuncExtern => Sort.Func,
        TypeExtern => Sort.Type,
        ComponentExtern => Sort.Component,
        _ => Sort.Instance,
    };

    private static string Word(Sort sort) => sort.ToString().Replace("Core", "", StringComparison.Ordinal).ToLowerInvariant();
}
