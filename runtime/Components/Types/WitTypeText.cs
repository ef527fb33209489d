namespace Tapedeck.Components.Types;

/// <summary>Writes types as WIT.</summary>
internal static class WitTypeText
{
    /// <summary>A text that goes on beyond this is cut: types may be written far shorter than they are.</summary>
    internal const int MostCharacters = 10_000;

    internal static string Of(WitType type) => Of(type, static _ => null);

    /// <param name="nameOf">The name by which a type is to be called; null where it is to be written out.</param>
    internal static string Of(WitType type, Func<object, string?> nameOf)
    {
        var text = new BoundedText(MostCharacters);
        Write(type, text, nameOf);
        return text.ToString();
    }

    /// <summary>The fields, cases or labels of a type, with their types; none for other types.</summary>
    internal static IEnumerable<(string Name, WitType? Type)> MembersOf(WitType type) => type switch
    {
        RecordType record => record.Fields.Select(static field => (field.Name, (WitType?)field.Type)),
        VariantType variant => variant.Cases.Select(static @case => (@case.Name, @case.Type)),
        FlagsType flags => flags.Labels.Select(static label => (label, (WitType?)null)),
        EnumType @enum => @enum.Labels.Select(static label => (label, (WitType?)null)),
        _ => [],
    };

    internal static string Keyword(WitKind kind) => kind switch
    {
        WitKind.FixedList => "list",
        WitKind.ErrorContext => "error-context",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>A name as WIT writes it: a keyword gets a percent sign.</summary>
    internal static string Label(string name) => WitKeywords.Contains(name) ? $"%{name}" : name;

    private static void Write(WitType type, BoundedText text, Func<object, string?> nameOf)
    {
        if (text.IsFull)
        {
            return;
        }
        if (nameOf(type) is { } name)
        {
            text.Append(name);
            return;
        }
        switch (type)
        {
            case OwnType own:
                // `own` is what a bare name of a resource means, and is written out only where the name is not known.
                text.Append(nameOf(own.Resource) ?? $"own<{own.Resource.Name}>");
                break;
            case BorrowType borrow:
                text.Append($"borrow<{nameOf(borrow.Resource) ?? borrow.Resource.Name}>");
                break;
            case PrimitiveType:
                text.Append(Keyword(type.Kind));
                break;
            case RecordType or VariantType or FlagsType or EnumType:
                WriteMembers(type, text, nameOf);
                break;
            default:
                WriteGeneric(type, text, nameOf);
                break;
        }
    }

    private static void WriteMembers(WitType type, BoundedText text, Func<object, string?> nameOf)
    {
        text.Append($"{Keyword(type.Kind)} {{ ");
        var separator = "";
        foreach (var (name, payload) in MembersOf(type))
        {
            text.Append($"{separator}{Label(name)}");
            separator = ", ";
            if (payload is not null)
            {
                text.Append(type is RecordType ? ": " : "(");
                Write(payload, text, nameOf);
                text.Append(type is RecordType ? "" : ")");
            }
        }
        text.Append(" }");
    }

    private static void WriteGeneric(WitType type, BoundedText text, Func<object, string?> nameOf)
    {
        var arguments = Arguments(type);
        text.Append(Keyword(type.Kind));
        if (arguments.Length > 0)
        {
            text.Append("<");
            for (var i = 0; i < arguments.Length; i++)
            {
                text.Append(i == 0 ? "" : ", ");
                if (arguments[i] is { } argument)
                {
                    Write(argument, text, nameOf);
                }
                else
                {
                    text.Append("_");
                }
            }
            text.Append(type is FixedListType list ? $", {list.Length}>" : ">");
        }
    }

    private static WitType?[] Arguments(WitType type) => type switch
    {
        ListType list => [list.Element],
        FixedListType list => [list.Element],
        TupleType tuple => [.. tuple.Elements],
        OptionType option => [option.Element],
        ResultType { Ok: null, Error: null } => [],
        ResultType { Error: null } result => [result.Ok],
        ResultType result => [result.Ok, result.Error],
        MapType map => [map.Key, map.Value],
        StreamType { Element: { } element } => [element],
        FutureType { Element: { } element } => [element],
        _ => [],
    };
}
