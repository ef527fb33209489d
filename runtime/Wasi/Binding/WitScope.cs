using Tapedeck.Components;
using Tapedeck.Components.Types;

namespace Tapedeck.Wasi.Binding;

/// <summary>
/// The types of a WIT interface by their names, read from the WIT of their definitions, so that each host function stands beside the signature that the
/// specification gives it (<see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/WIT.md"/>).
/// </summary>
internal sealed class WitScope
{
    private static readonly WitType[] Primitives =
    [
        WitType.Bool, WitType.S8, WitType.U8, WitType.S16, WitType.U16, WitType.S32, WitType.U32, WitType.S64, WitType.U64, WitType.F32, WitType.F64,
        WitType.Char, WitType.String,
    ];

    private readonly Dictionary<string, WitType> _types = Primitives.ToDictionary(static type => type.ToString());
    private readonly Dictionary<string, HostResource> _resources = [];

    internal WitType this[string name] => _types.TryGetValue(name, out var type) ? type : throw new FormatException($"no type is called {name}");

    internal IEnumerable<HostResource> Resources => _resources.Values;

    /// <summary>Takes over a resource, of this interface or of another; without a mark its name means <c>own</c>.</summary>
    internal WitScope Resource(string name, HostResource resource)
    {
        _resources[name] = resource;
        _types[name] = resource.Own;
        return this;
    }

    /// <summary>Takes over a type of another interface.</summary>
    internal WitScope Use(string name, WitType type)
    {
        _types[name] = type;
        return this;
    }

    /// <summary>Reads definitions: records, variants, enums, flags and names for types.</summary>
    internal WitScope Define(string wit)
    {
        var tokens = new WitTokens(wit);
        while (!tokens.IsEmpty)
        {
            var keyword = tokens.Next();
            var name = tokens.Next();
            _types[name] = keyword switch
            {
                "record" => new RecordType([.. Fields(ref tokens, "{", "}").Select(static part => new Field(part.Name, part.Type!))]),
                "variant" => new VariantType([.. Cases(ref tokens).Select(static part => new Case(part.Name, part.Type))]),
                "enum" => new EnumType([.. Cases(ref tokens).Select(static part => part.Name)]),
                "flags" => new FlagsType([.. Cases(ref tokens).Select(static part => part.Name)]),
                "type" => Alias(ref tokens),
                _ => throw new FormatException($"'{keyword}' defines no type"),
            };
        }
        return this;
    }

    /// <summary>The type of a function from its name and signature; a method has <c>self</c> before what is written.</summary>
    internal FuncType Func(string name, string signature)
    {
        var tokens = new WitTokens(signature);
        tokens.Take("func");
        var parameters = Fields(ref tokens, "(", ")").Select(static part => new Parameter(part.Name, part.Type!));
        var result = tokens.TryTake("->") ? Type(ref tokens) : null;
        return new FuncType(name.StartsWith("[method]", StringComparison.Ordinal) ? parameters.Prepend(Self(name)) : parameters, result);
    }

    private Parameter Self(string name) => new("self", _resources[name["[method]".Length..name.IndexOf('.', StringComparison.Ordinal)]].Borrow);

    private WitType Alias(ref WitTokens tokens)
    {
        tokens.Take("=");
        return Type(ref tokens);
    }

    private List<(string Name, WitType? Type)> Fields(ref WitTokens tokens, string begin, string end)
    {
        var fields = new List<(string, WitType?)>();
        tokens.Take(begin);
        while (!tokens.TryTake(end))
        {
            var name = tokens.Next();
            tokens.Take(":");
            fields.Add((name, Type(ref tokens)));
            tokens.TryTake(",");
        }
        return fields;
    }

    private List<(string Name, WitType? Type)> Cases(ref WitTokens tokens)
    {
        var cases = new List<(string, WitType?)>();
        tokens.Take("{");
        while (!tokens.TryTake("}"))
        {
            var name = tokens.Next();
            WitType? type = null;
            if (tokens.TryTake("("))
            {
                type = Type(ref tokens);
                tokens.Take(")");
            }
            cases.Add((name, type));
            tokens.TryTake(",");
        }
        return cases;
    }

    private WitType Type(ref WitTokens tokens)
    {
        var name = tokens.Next();
        if (name == "borrow")
        {
            return _resources[Arguments(ref tokens, raw: true)[0].Name].Borrow;
        }
        return name switch
        {
            "list" => new ListType(Arguments(ref tokens)[0].Type!),
            "option" => new OptionType(Arguments(ref tokens)[0].Type!),
            "tuple" => new TupleType([.. Arguments(ref tokens).Select(static argument => argument.Type!)]),
            "result" => Arguments(ref tokens) is var sides && sides.Count > 0
                ? new ResultType(sides[0].Type, sides.Count > 1 ? sides[1].Type : null)
                : new ResultType(null, null),
            _ => this[name],
        };
    }

    private List<(string Name, WitType? Type)> Arguments(ref WitTokens tokens, bool raw = false)
    {
        var arguments = new List<(string, WitType?)>();
        if (!tokens.TryTake("<"))
        {
            return arguments;
        }
        while (!tokens.TryTake(">"))
        {
            arguments.Add(raw ? (tokens.Next(), null) : tokens.TryTake("_") ? ("_", null) : ("", Type(ref tokens)));
            tokens.TryTake(",");
        }
        return arguments;
    }
}
