using System.Text;

namespace Tapedeck.Bench.Report;

/// <summary>A table of markdown with columns aligned, so that it reads well as text too.</summary>
internal sealed class MarkdownTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    internal static MarkdownTable Results() => new("result", "ratio", "target", "");

    /// <summary>Adds a row whose last two cells are a target's.</summary>
    internal void Add(string first, string second, (string Limit, string Verdict) target) => Add(first, second, target.Limit, target.Verdict);

    /// <inheritdoc cref="Add(string, string, ValueTuple{string, string})"/>
    internal void Add(string first, string second, string third, string fourth, (string Limit, string Verdict) target) =>
        Add(first, second, third, fourth, target.Limit, target.Verdict);

    internal void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = header.Select((_, column) => _rows.Max(r => r[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            text.AppendJoin(' ', row.Select((cell, column) => $"| {(column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))}")).AppendLine(" |");
            if (row == header)
            {
                text.AppendJoin("", widths.Select((width, column) => $"|{new string('-', width + 1)}{(column == 0 ? '-' : ':')}")).AppendLine("|");
            }
        }
        return text.ToString();
    }
}
