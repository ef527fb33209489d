using System.CommandLine;
using Spectre.Console;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;
using Tapedeck.Server.Tools;

namespace Tapedeck.Server.Commands;

/// <summary>Tables for people, JSON and YAML for programs.</summary>
internal static class Output
{
    internal static readonly Option<string> Format = new("--output", "-o") { Description = "text, json or yaml.", DefaultValueFactory = _ => "text" };

    internal static bool IsJson(ParseResult arguments) => arguments.GetValue(Format) == "json";

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
        AnsiConsole.Write(table);
    }
}
