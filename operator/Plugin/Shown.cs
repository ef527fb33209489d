using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Tapedeck.Plugin;

/// <summary>Texts of clusters on terminals. Publishers of components have a say in some of them, so nothing in them moves a cursor or turns its direction.</summary>
internal static class Shown
{
    /// <summary>A message may have 2,048 characters, and is not cut.</summary>
    private const int Width = 20_000;

    internal static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' || IsVisible(rune))
            {
                clean.Append(rune);
            }
        }
        return clean.ToString();
    }

    internal static void Line(TextWriter output, string text = "") => output.WriteLine(Clean(text));

    /// <summary>Columns, as kubectl has them.</summary>
    internal static void Table(TextWriter output, string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = columns.Any(column => column.Length > 0) };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        }
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => Markup.Escape(Clean(cell).ReplaceLineEndings(" ")))]);
        }
        // Into a text, since a terminal's width is no reason to cut a name.
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = Width;
        console.Write(table);
        foreach (var line in text.ToString().Split('\n').Where(line => line.Length > 0))
        {
            output.WriteLine(line.TrimEnd());
        }
    }

    private static bool IsVisible(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
