using System.Text;
using Tapedeck.Components.Names;
using Tapedeck.Components.Types;

namespace Tapedeck.Components;

/// <summary>Prints a view as WIT: the world first, then each package with its interfaces.</summary>
internal static class WitText
{
    private const string Indent = "  ";

    internal static string Of(WitView view)
    {
        var text = new StringBuilder("package root:component;\n\n");
        Append(text, "", DocLines(view.Docs));
        text.Append("world root {\n");
        AppendSide(text, view.Imports, "import");
        AppendSide(text, view.Exports, "export");
        text.Append("}\n");
        foreach (var package in view.Imports.Interfaces.Concat(view.Exports.Interfaces)
            .Select(static item => (Item: item, Name: ExternName.Parse(item.Name, out _)))
            .Where(static pair => pair.Name?.Package is not null)
            .GroupBy(static pair => pair.Name!.Package + (pair.Name.Version is null ? "" : $"@{pair.Name.Version}")))
        {
            text.Append($"\npackage {package.Key} {{\n");
            foreach (var (item, name) in package.DistinctBy(static pair => pair.Item.Name))
            {
                Append(text, Indent, DocLines(item.Docs));
                text.Append($"{Indent}interface {WitTypeText.Label(name!.Label)} {{\n");
                AppendItems(text, item, Indent + Indent, "");
                text.Append($"{Indent}}}\n");
            }
            text.Append("}\n");
        }
        return text.ToString();
    }

    /// <summary>Documentation as comments. Control characters would reach a terminal.</summary>
    internal static IEnumerable<string> DocLines(string? docs) =>
        docs is null ? [] : docs.Split('\n').Select(static line => $"/// {string.Concat(line.Where(static c => !char.IsControl(c)))}".TrimEnd());

    private static void AppendSide(StringBuilder text, WitInterface side, string direction)
    {
        foreach (var item in side.Interfaces)
        {
            if (ExternName.Parse(item.Name, out _)?.Package is not null)
            {
                text.Append($"{Indent}{direction} {item.Name};\n");
                continue;
            }
            Append(text, Indent, DocLines(item.Docs));
            text.Append($"{Indent}{direction} {WitTypeText.Label(item.Name)}: interface {{\n");
            AppendItems(text, item, Indent + Indent, "");
            text.Append($"{Indent}}}\n");
        }
        foreach (var other in side.Others)
        {
            text.Append($"{Indent}// {direction} {other}: WIT has no words for it\n");
        }
        AppendItems(text, side, Indent, $"{direction} ");
    }

    private static void AppendItems(StringBuilder text, WitInterface item, string indent, string direction)
    {
        var functions = item.Functions.ToLookup(static function => function.Resource ?? "");
        foreach (var type in item.Types)
        {
            Append(text, indent, DocLines(type.Docs));
            Append(text, indent, type.Resource is null || type.Definition[0].EndsWith(';') ? type.Definition : Resource(type, functions[type.Name]));
        }
        foreach (var function in functions[""])
        {
            Append(text, indent, DocLines(function.Docs));
            text.Append($"{indent}{direction}{WitTypeText.Label(function.Name)}: {function.Signature};\n");
        }
    }

    private static IEnumerable<string> Resource(WitTypeItem type, IEnumerable<WitFunction> functions)
    {
        if (!functions.Any())
        {
            return [$"{type.Definition[0]};"];
        }
        return [$"{type.Definition[0]} {{", .. functions.SelectMany(Lines), "}"];

        static IEnumerable<string> Lines(WitFunction function) => DocLines(function.Docs).Select(static line => Indent + line).Append(function.Kind switch
        {
            WitFunctionKind.Constructor => $"{Indent}constructor{function.Signature};",
            WitFunctionKind.Static => $"{Indent}{WitTypeText.Label(function.Label)}: static {function.Signature};",
            _ => $"{Indent}{WitTypeText.Label(function.Label)}: {function.Signature};",
        });
    }

    private static void Append(StringBuilder text, string indent, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            text.Append($"{indent}{line}\n");
        }
    }
}
