using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;
using Tapedeck.Server.Tools;

namespace Tapedeck.Server.Commands;

/// <summary>Tables for people, JSON and YAML for programs.</summary>
internal static class Output
{
    /// <summary>Wide enough that nothing is broken where no person looks, and a program takes lines.</summary>
    private const int WidthOfPrograms = 10_000;

    private const int MostDepth = 1_000;

    internal static readonly Option<string> Format = OneOf("--output", ["-o"], ["text", "json", "yaml"], "How the answer is written.");

    /// <summary>An option with the words that it may have, the first of which is the default.</summary>
    internal static Option<string> OneOf(string name, string[] aliases, string[] words, string description)
    {
        var option = new Option<string>(name, aliases) { Description = description, DefaultValueFactory = _ => words[0] };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    /// <summary>JSON of our own, such as a schema, as a node.</summary>
    internal static Node NodeOf(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostDepth });
        return NodeOf(document.RootElement);
    }

    private static Node NodeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new MappingNode(0, 0, [.. value.EnumerateObject().Select(property => (new ScalarNode(0, 0, property.Name, IsQuoted: true), NodeOf(property.Value)))]),
        JsonValueKind.Array => new SequenceNode(0, 0, [.. value.EnumerateArray().Select(NodeOf)]),
        JsonValueKind.String => new ScalarNode(0, 0, value.GetString()!, IsQuoted: true),
        _ => new ScalarNode(0, 0, value.GetRawText(), IsQuoted: false),
    };

    /// <summary>Writes a node in the format that was asked for; false where that is text, which is the command's own.</summary>
    internal static bool TryWrite(ParseResult arguments, Node node)
    {
        switch (arguments.GetValue(Format))
        {
            case "json":
                Console.Out.WriteLine(JsonText.Write(node));
                return true;
            case "yaml":
                Console.Out.Write(YamlText.Write(node));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes JSON that is there already, of any size, as JSON is written or as a block of YAML; false where the format is text.</summary>
    internal static bool TryWrite(ParseResult arguments, ReadOnlyMemory<byte> json)
    {
        switch (arguments.GetValue(Format))
        {
            case "json":
                Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(json.Span));
                return true;
            case "yaml":
                Console.Out.Write(YamlText.Write(NodeOf(json)));
                return true;
            default:
                return false;
        }
    }

    /// <summary>What a component or its publisher wrote: on a terminal without what would move its cursor or turn its text; as it is for a program.</summary>
    internal static string Shown(string text, bool isRedirected) => isRedirected ? text : PublisherText.Clean(text, int.MaxValue);

    /// <summary>A table of texts. What a publisher wrote in them moves no cursor: markup is escaped.</summary>
    internal static void Table(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Minimal };
        foreach (var column in columns)
        {
            table.AddColumn(Markup.Escape(column));
        }
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfPrograms;
        }
        AnsiConsole.Write(table);
    }
}
