namespace Tapedeck.Bench.Report;

/// <summary>How figures are written. One that could not be measured is a dash.</summary>
internal static class Cell
{
    internal static string Milliseconds(double microseconds) => Number(microseconds / 1000);

    internal static string Ratio(double ratio) => double.IsNaN(ratio) ? "-" : $"{ratio:0.00}";

    /// <summary>Three digits or the whole number.</summary>
    internal static string Number(double value) => Math.Abs(value) switch
    {
        double.NaN => "-",
        >= 100 => $"{value:#,##0}",
        >= 10 => $"{value:0.0}",
        >= 1 => $"{value:0.00}",
        _ => $"{value:0.000}",
    };
}
