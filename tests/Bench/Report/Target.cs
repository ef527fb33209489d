namespace Tapedeck.Bench.Report;

/// <summary>The most that a figure may be, in the unit of its column unless one is given.</summary>
internal sealed record Target(double Limit, string Unit)
{
    /// <summary>For figures that are only told.</summary>
    internal static readonly Target None = new(double.PositiveInfinity, "");

    internal static Target AtMost(double limit, string unit = "") => new(limit, unit);

    internal (string Limit, string Verdict) Cells(double value) =>
        double.IsPositiveInfinity(Limit) ? ("", "") : ($"<= {Limit:#,##0.##}{Unit}", double.IsNaN(value) ? "failed" : value <= Limit ? "ok" : "MISSED");
}
