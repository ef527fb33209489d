using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Validation;

/// <summary>Checks what the reader left to check of <see href="https://webassembly.github.io/spec/core/valid/modules.html"/>: constant expressions and code.</summary>
internal static class ModuleValidator
{
    /// <exception cref="InvalidModuleException">A rule is broken, or code is malformed.</exception>
    internal static void Validate(ModuleDeclaration module, ModuleLimits limits) => ValidateCode(ValidateDeclarations(module, limits));

    /// <summary>Everything but code. What it gives is for <see cref="ValidateCode"/>.</summary>
    /// <exception cref="InvalidModuleException">A rule is broken.</exception>
    internal static ModuleContext ValidateDeclarations(ModuleDeclaration module, ModuleLimits limits)
    {
        var context = new ModuleContext(module, limits);
        var constants = new ConstantExpressionValidator(context);
        ReferExports(context);
        ValidateGlobals(context, constants);
        ValidateElements(context, constants);
        ValidateData(context, constants);
        return context;
    }

    /// <exception cref="InvalidModuleException">A rule is broken, or code is malformed.</exception>
    internal static void ValidateCode(ModuleContext context)
    {
        var validator = new FunctionValidator(context);
        for (var i = 0; i < context.Module.Code.Length; i++)
        {
            validator.Validate(context.Module.ImportedFunctions + i, context.Module.Code[i]);
        }
    }

    private static void ReferExports(ModuleContext context)
    {
        foreach (var export in context.Module.Exports)
        {
            if (export.Type.Kind == ExternKind.Func)
            {
                context.AddReference(export.Index);
            }
        }
    }

    /// <summary>A global's initialiser sees the globals before it.</summary>
    private static void ValidateGlobals(ModuleContext context, ConstantExpressionValidator constants)
    {
        var module = context.Module;
        for (var i = 0; i < module.GlobalInits.Length; i++)
        {
            var global = module.ImportedGlobals + i;
            constants.Validate(module.GlobalInits[i], module.Globals[global].Type, global, "global");
        }
    }

    private static void ValidateElements(ModuleContext context, ConstantExpressionValidator constants)
    {
        const string Section = "element";
        var module = context.Module;
        foreach (var segment in module.Elements)
        {
            if (segment.Mode == SegmentMode.Active)
            {
                constants.Validate(segment.Offset, ValType.I32, module.Globals.Length, Section);
            }
            foreach (var item in segment.Items ?? [])
            {
                constants.Validate(item, segment.Type, module.Globals.Length, Section);
            }
            foreach (var function in segment.Functions ?? [])
            {
                context.AddReference(function);
            }
        }
    }

    private static void ValidateData(ModuleContext context, ConstantExpressionValidator constants)
    {
        foreach (var segment in context.Module.Data)
        {
            if (segment.Mode == SegmentMode.Active)
            {
                constants.Validate(segment.Offset, ValType.I32, context.Module.Globals.Length, "data");
            }
        }
    }
}
