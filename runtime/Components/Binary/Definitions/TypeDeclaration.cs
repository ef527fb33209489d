using Tapedeck.Components.Types;

namespace Tapedeck.Components.Binary.Definitions;

/// <summary>A type as it was read, its parts still indices.</summary>
internal abstract record TypeDeclaration;

/// <summary>A <c>valtype</c>: a primitive type, or the index of a defined one.</summary>
internal readonly record struct ValTypeDeclaration(WitType? Primitive, uint Index);

internal readonly record struct LabelledType(string Label, ValTypeDeclaration? Type);

internal sealed record PrimitiveDeclaration(WitType Type) : TypeDeclaration;

internal sealed record RecordDeclaration(LabelledType[] Fields) : TypeDeclaration;

internal sealed record VariantDeclaration(LabelledType[] Cases) : TypeDeclaration;

/// <param name="Length">Null for a list of variable length.</param>
internal sealed record ListDeclaration(ValTypeDeclaration Element, uint? Length) : TypeDeclaration;

internal sealed record TupleDeclaration(ValTypeDeclaration[] Elements) : TypeDeclaration;

internal sealed record FlagsDeclaration(string[] Labels) : TypeDeclaration;

internal sealed record EnumDeclaration(string[] Labels) : TypeDeclaration;

internal sealed record OptionDeclaration(ValTypeDeclaration Element) : TypeDeclaration;

internal sealed record ResultDeclaration(ValTypeDeclaration? Ok, ValTypeDeclaration? Error) : TypeDeclaration;

internal sealed record MapDeclaration(ValTypeDeclaration Key, ValTypeDeclaration Value) : TypeDeclaration;

/// <param name="Kind"><c>own</c> or <c>borrow</c>.</param>
/// <param name="Resource">The index of the resource type.</param>
internal sealed record HandleDeclaration(WitKind Kind, uint Resource) : TypeDeclaration;

/// <param name="Kind"><c>stream</c> or <c>future</c>.</param>
internal sealed record AsyncValueDeclaration(WitKind Kind, ValTypeDeclaration? Element) : TypeDeclaration;

internal sealed record FuncDeclaration(bool IsAsync, LabelledType[] Parameters, ValTypeDeclaration? Result) : TypeDeclaration;

/// <param name="Destructor">A core function.</param>
internal sealed record ResourceDeclaration(uint? Destructor) : TypeDeclaration;

internal sealed record ComponentTypeDeclaration(Definition[] Declarators) : TypeDeclaration;

internal sealed record InstanceTypeDeclaration(Definition[] Declarators) : TypeDeclaration;
