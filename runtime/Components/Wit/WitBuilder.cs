using Tapedeck.Components.Names;
using Tapedeck.Components.Types;

namespace Tapedeck.Components;

/// <summary>Describes imports and exports as WIT.</summary>
internal sealed class WitBuilder(WitNames names, PackageDocs docs)
{
    /// <summary>Characters that all types of a component may take together: types may be written far shorter than they are.</summary>
    private const int MostCharacters = 8_000_000;

    private int _characters;

    internal WitInterface Side(Externs externs) => Build("", externs);

    private WitInterface Build(string name, Externs externs)
    {
        var types = new List<WitTypeItem>();
        var functions = new List<WitFunction>();
        var interfaces = new List<WitInterface>();
        var others = new List<string>();
        foreach (var (item, type) in externs.Items)
        {
            switch (type)
            {
                case TypeExtern { Type: WitType or ResourceType } named:
                    types.Add(Type(name, item, named.Type));
                    break;
                case FuncExtern func:
                    functions.Add(Function(name, item, func.Type));
                    break;
                case InstanceExtern instance:
                    interfaces.Add(Build(item, instance.Type.Exports));
                    break;
                default:
                    others.Add(item);
                    break;
            }
        }
        return new WitInterface(name, types, functions, interfaces, others, docs.Interface(name));
    }

    private WitFunction Function(string @interface, string name, FuncType type)
    {
        var parsed = ExternName.Parse(name, out _);
        var kind = parsed?.Kind switch
        {
            ExternNameKind.Constructor => WitFunctionKind.Constructor,
            ExternNameKind.Method => WitFunctionKind.Method,
            ExternNameKind.Static => WitFunctionKind.Static,
            _ => WitFunctionKind.Freestanding,
        };
        return new WitFunction(
            name,
            kind,
            kind == WitFunctionKind.Freestanding ? null : parsed!.Label,
            parsed?.Member ?? parsed?.Label ?? name,
            type,
            Signature(@interface, kind, type),
            docs.Function(@interface, name));
    }

    /// <summary>The type of a function as WIT; a method does not mention <c>self</c>, a constructor not what it makes.</summary>
    private string Signature(string @interface, WitFunctionKind kind, FuncType type)
    {
        var parameters = type.Parameters.Skip(kind == WitFunctionKind.Method ? 1 : 0).Select(parameter => $"{WitTypeText.Label(parameter.Name)}: {Text(@interface, parameter.Type)}");
        var result = type.Result is null || (kind == WitFunctionKind.Constructor && type.Result is OwnType) ? "" : $" -> {Text(@interface, type.Result)}";
        return $"{(kind == WitFunctionKind.Constructor ? "" : "func")}({string.Join(", ", parameters)}){result}";
    }

    private WitTypeItem Type(string @interface, string name, IDefinedType type)
    {
        var typeDocs = docs.Type(@interface, name);
        if (names.OriginOf(type) is { } origin)
        {
            return new WitTypeItem(name, type as WitType, type as ResourceType, Alias(@interface, name, origin), typeDocs) { IsUse = origin.Interface != @interface };
        }
        return type is WitType value
            ? new WitTypeItem(name, value, null, Definition(@interface, name, value), typeDocs)
            : new WitTypeItem(name, null, (ResourceType)type, [$"resource {WitTypeText.Label(name)}"], typeDocs);
    }

    private static string[] Alias(string @interface, string name, WitName origin)
    {
        var (label, original) = (WitTypeText.Label(name), WitTypeText.Label(origin.Label));
        return origin.Interface == @interface || origin.Interface.Length == 0
            ? [$"type {label} = {original};"]
            : [$"use {Local(@interface, origin.Interface)}.{{{original}{(label == original ? "" : $" as {label}")}}};"];
    }

    /// <summary>How an interface calls another: one of its own package has no package in its name.</summary>
    private static string Local(string from, string to)
    {
        var (a, b) = (ExternName.Parse(from, out _), ExternName.Parse(to, out _));
        return a?.Package is not null && a.Package == b?.Package && a.Version == b?.Version ? b!.Label : to;
    }

    private string[] Definition(string @interface, string name, WitType type)
    {
        var label = WitTypeText.Label(name);
        if (type is not (RecordType or VariantType or FlagsType or EnumType))
        {
            // The type itself has the name; what stands behind it is written out.
            return [$"type {label} = {Text(@interface, type, except: type)};"];
        }
        var lines = new List<string> { $"{WitTypeText.Keyword(type.Kind)} {label} {{" };
        foreach (var (member, payload) in WitTypeText.MembersOf(type))
        {
            lines.AddRange(WitText.DocLines(docs.Member(@interface, name, member)).Select(static line => $"  {line}"));
            var text = payload is null ? "" : type is RecordType ? $": {Text(@interface, payload)}" : $"({Text(@interface, payload)})";
            lines.Add($"  {WitTypeText.Label(member)}{text},");
        }
        lines.Add("}");
        return [.. lines];
    }

    private string Text(string @interface, WitType type, WitType? except = null)
    {
        if (_characters > MostCharacters)
        {
            return "...";
        }
        var text = WitTypeText.Of(type, part => ReferenceEquals(part, except) ? null : names.In(@interface, part));
        _characters += text.Length;
        return text;
    }
}
