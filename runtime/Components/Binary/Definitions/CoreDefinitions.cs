using Tapedeck.Wasm;

namespace Tapedeck.Components.Binary.Definitions;

/// <param name="Start">The first byte of the module.</param>
internal sealed record CoreModuleDefinition(int Offset, int Start, int Length) : Definition(Offset, "core module")
{
    /// <summary>The module, compiled by validation.</summary>
    internal Module? Module { get; set; }
}

/// <summary><c>(core instance (instantiate module (with name (instance index))*))</c>.</summary>
internal sealed record CoreInstantiation(int Offset, uint Module, CoreArgument[] Arguments) : Definition(Offset, "core instance");

internal readonly record struct CoreArgument(string Name, uint Instance, int Offset);

/// <summary><c>(core instance (export name (sort index))*)</c>.</summary>
internal sealed record CoreInlineExports(int Offset, CoreInlineExport[] Exports) : Definition(Offset, "core instance");

internal readonly record struct CoreInlineExport(string Name, SortIndex Item);

internal sealed record CoreTypeDefinition(int Offset, CoreTypeDeclaration Type) : Definition(Offset, "core type");

/// <summary>A function type or a module type.</summary>
internal abstract record CoreTypeDeclaration;

internal sealed record CoreFuncTypeDeclaration(FuncType Type) : CoreTypeDeclaration;

internal sealed record CoreModuleTypeDeclaration(CoreModuleDeclarator[] Declarators) : CoreTypeDeclaration;

internal abstract record CoreModuleDeclarator(int Offset);

internal sealed record CoreImportDeclarator(int Offset, string Module, string Name, CoreExternTypeDeclaration Type) : CoreModuleDeclarator(Offset);

internal sealed record CoreExportDeclarator(int Offset, string Name, CoreExternTypeDeclaration Type) : CoreModuleDeclarator(Offset);

internal sealed record CoreTypeDeclarator(int Offset, FuncType Type) : CoreModuleDeclarator(Offset);

/// <summary><c>(alias outer count index (type))</c>.</summary>
internal sealed record CoreOuterAlias(int Offset, uint Count, uint Index) : CoreModuleDeclarator(Offset);

/// <param name="FuncType">The index of a function's type; null where <paramref name="Other"/> is the type.</param>
internal readonly record struct CoreExternTypeDeclaration(uint? FuncType, ExternType Other);
