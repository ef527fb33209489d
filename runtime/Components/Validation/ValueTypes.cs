using Tapedeck.Components.Binary;
using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>Turns the declarations of value and function types into types.</summary>
internal sealed class ValueTypes(ValidationContext context)
{
    private readonly ElementSize _size = new();

    internal WitType Build(TypeDeclaration declaration, Scope scope)
    {
        var type = Make(declaration, scope);
        if (type.Nodes > context.Limits.TypeNodes || type.Depth > context.Limits.TypeDepth)
        {
            throw context.TooLarge($"a type of {type.Nodes} types, {type.Depth} deep; {context.Limits.TypeNodes} and {context.Limits.TypeDepth} are the limits");
        }
        if (type.Has(TypeContents.Async))
        {
            throw context.Unsupported(Feature.Async, $"a type with {WitTypeText.Keyword(AsyncPart(type).Kind)}");
        }
        return _size.Of(type) < ElementSize.Limit
            ? type
            : throw context.Invalid($"a type that exceeds maximum byte size: {_size.Of(type)} bytes, less than {ElementSize.Limit} are allowed");
    }

    internal FuncType Build(FuncDeclaration declaration, Scope scope)
    {
        if (declaration.Parameters.Length > context.Limits.Parameters)
        {
            throw context.TooLarge($"a function of {declaration.Parameters.Length} parameters; {context.Limits.Parameters} is the limit");
        }
        LabelRules.Check(declaration.Parameters.Select(static parameter => parameter.Label), "function parameter", context);
        var result = Optional(declaration.Result, scope);
        if (result?.Has(TypeContents.Borrow) == true)
        {
            throw context.Invalid("function result cannot contain a `borrow` type");
        }
        var parameters = declaration.Parameters.Select(parameter => new Parameter(parameter.Label, Part(parameter.Type!.Value, scope)));
        var type = new FuncType(parameters, result, declaration.IsAsync);
        if (type.IsAsync)
        {
            throw context.Unsupported(Feature.Async, "an `async` function");
        }
        return type.Nodes <= context.Limits.TypeNodes
            ? type
            : throw context.TooLarge($"a function type of {type.Nodes} types; {context.Limits.TypeNodes} is the limit");
    }

    private WitType Make(TypeDeclaration declaration, Scope scope) => declaration switch
    {
        PrimitiveDeclaration primitive => primitive.Type,
        RecordDeclaration record => Record(record, scope),
        VariantDeclaration variant => Variant(variant, scope),
        ListDeclaration { Length: null } list => new ListType(Part(list.Element, scope)),
        ListDeclaration list => FixedList(list.Element, list.Length.Value, scope),
        TupleDeclaration tuple => new TupleType([.. NotEmpty(tuple.Elements, "tuple type must have at least one type").Select(element => Part(element, scope))]),
        FlagsDeclaration flags => Flags(flags),
        EnumDeclaration @enum => Enum(@enum),
        OptionDeclaration option => new OptionType(Part(option.Element, scope)),
        ResultDeclaration result => new ResultType(Optional(result.Ok, scope), Optional(result.Error, scope)),
        MapDeclaration map => Map(map, scope),
        HandleDeclaration handle => Handle(handle, scope),
        AsyncValueDeclaration value => AsyncValue(value, scope),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private RecordType Record(RecordDeclaration declaration, Scope scope)
    {
        LabelRules.Check(NotEmpty(declaration.Fields, "record type must have at least one field").Select(static field => field.Label), "record field", context);
        return new RecordType(Array.ConvertAll(declaration.Fields, field => new Field(field.Label, Part(field.Type!.Value, scope))));
    }

    private VariantType Variant(VariantDeclaration declaration, Scope scope)
    {
        LabelRules.Check(NotEmpty(declaration.Cases, "variant type must have at least one case").Select(static @case => @case.Label), "variant case", context);
        return new VariantType(Array.ConvertAll(declaration.Cases, @case => new Case(@case.Label, Optional(@case.Type, scope))));
    }

    private FlagsType Flags(FlagsDeclaration declaration)
    {
        LabelRules.Check(NotEmpty(declaration.Labels, "flags must have at least one entry"), "flag", context);
        return declaration.Labels.Length <= FlagsType.MostLabels
            ? new FlagsType(declaration.Labels)
            : throw context.Invalid($"cannot have more than {FlagsType.MostLabels} flags");
    }

    private EnumType Enum(EnumDeclaration declaration)
    {
        LabelRules.Check(NotEmpty(declaration.Labels, "enum type must have at least one variant"), "enum tag", context);
        return new EnumType(declaration.Labels);
    }

    private FixedListType FixedList(ValTypeDeclaration element, uint length, Scope scope) =>
        length > 0 ? new FixedListType(Part(element, scope), length) : throw context.Invalid("a list of fixed length must have at least one element");

    private MapType Map(MapDeclaration declaration, Scope scope)
    {
        var key = Part(declaration.Key, scope);
        return key.Kind is <= WitKind.U64 or WitKind.Char or WitKind.String
            ? new MapType(key, Part(declaration.Value, scope))
            : throw context.Invalid($"a map cannot have keys of type {key}");
    }

    private WitType Handle(HandleDeclaration declaration, Scope scope)
    {
        var resource = scope.TypeAt<ResourceType>(declaration.Resource, "a resource type");
        return declaration.Kind == WitKind.Own ? new OwnType(resource) : new BorrowType(resource);
    }

    private WitType AsyncValue(AsyncValueDeclaration declaration, Scope scope)
    {
        var element = Optional(declaration.Element, scope);
        if (element?.Has(TypeContents.Borrow) == true)
        {
            throw context.Invalid($"{declaration.Kind} cannot contain a `borrow` type".ToLowerInvariant());
        }
        if (declaration.Kind == WitKind.Stream && element?.Kind == WitKind.Char)
        {
            throw context.Invalid("`stream<char>` is not valid at this time");
        }
        return declaration.Kind == WitKind.Stream ? new StreamType(element) : new FutureType(element);
    }

    private WitType? Optional(ValTypeDeclaration? declaration, Scope scope) => declaration is { } present ? Part(present, scope) : null;

    private WitType Part(ValTypeDeclaration declaration, Scope scope)
    {
        if (declaration.Primitive is not { } primitive)
        {
            return scope.TypeAt<WitType>(declaration.Index, "a defined type");
        }
        return primitive.Kind == WitKind.ErrorContext ? throw context.Unsupported(Feature.Async, "`error-context`") : primitive;
    }

    private T[] NotEmpty<T>(T[] parts, string otherwise) => parts.Length > 0 ? parts : throw context.Invalid(otherwise);

    private static WitType AsyncPart(WitType type) => type.Children.FirstOrDefault(static child => child.Has(TypeContents.Async)) is { } part ? AsyncPart(part) : type;
}
