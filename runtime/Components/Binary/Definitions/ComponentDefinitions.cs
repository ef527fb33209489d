using Tapedeck.Components.Types;
using Tapedeck.Components.Validation;

namespace Tapedeck.Components.Binary.Definitions;

internal sealed record ComponentDefinition(int Offset, ComponentDeclaration Component) : Definition(Offset, "component")
{
    /// <summary>What validation found out about it.</summary>
    internal ValidComponent? Valid { get; set; }
}

/// <summary><c>(instance (instantiate component (with name item)*))</c>.</summary>
internal sealed record Instantiation(int Offset, uint Component, Argument[] Arguments) : Definition(Offset, "instance")
{
    /// <summary>The resource types of this component that are given for the imported ones of the other, in the order of its type; found by validation.</summary>
    internal ResourceType[] ImportedResources { get; set; } = [];

    /// <summary>The resource types of this component that stand for the exported ones of the other, in the order of its type; found by validation.</summary>
    internal ResourceType[] ExportedResources { get; set; } = [];
}

internal readonly record struct Argument(string Name, SortIndex Item);

/// <summary><c>(instance (export name item)*)</c>.</summary>
internal sealed record InlineExports(int Offset, InlineExport[] Exports) : Definition(Offset, "instance");

internal readonly record struct InlineExport(NameAttributes Name, SortIndex Item);

/// <summary><c>(alias export instance name (sort))</c>.</summary>
internal sealed record ExportAlias(int Offset, Sort Sort, uint Instance, string Name) : Definition(Offset, "alias");

/// <summary><c>(alias core export instance name (core sort))</c>.</summary>
internal sealed record CoreExportAlias(int Offset, Sort Sort, uint Instance, string Name) : Definition(Offset, "alias");

/// <summary><c>(alias outer count index (sort))</c>.</summary>
internal sealed record OuterAlias(int Offset, Sort Sort, uint Count, uint Index) : Definition(Offset, "alias");

internal sealed record TypeDefinition(int Offset, TypeDeclaration Type) : Definition(Offset, "type");

internal sealed record ImportDefinition(int Offset, NameAttributes Name, ExternTypeDeclaration Type) : Definition(Offset, "import");

/// <param name="Type">What the export is to be known as; null for what it is.</param>
internal sealed record ExportDefinition(int Offset, NameAttributes Name, SortIndex Item, ExternTypeDeclaration? Type) : Definition(Offset, "export");

/// <summary>An <c>exportdecl</c> of a component or instance type.</summary>
internal sealed record ExportDeclarator(int Offset, NameAttributes Name, ExternTypeDeclaration Type) : Definition(Offset, "type");

/// <summary>A start or value definition, which is refused.</summary>
internal sealed record RefusedDefinition(int Offset, string Section, string Feature, string What) : Definition(Offset, Section);

/// <summary>The name of an import or export, with its attributes.</summary>
/// <param name="Implements">The interface that an instance implements.</param>
/// <param name="VersionSuffix">What the name leaves out of its version.</param>
/// <param name="ExternalId">How the host calls the thing.</param>
internal sealed record NameAttributes(string Name, string? Implements = null, string? VersionSuffix = null, string? ExternalId = null);

/// <param name="Sort">A module, function, type, component or instance.</param>
/// <param name="Index">The type; null for <c>(type (sub resource))</c>.</param>
internal readonly record struct ExternTypeDeclaration(Sort Sort, uint? Index, int Offset);
