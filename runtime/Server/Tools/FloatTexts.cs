namespace Tapedeck.Server.Tools;

/// <summary>The floats that JSON has no number for.</summary>
internal static class FloatTexts
{
    internal const string NaN = "NaN";
    internal const string Infinity = "Infinity";
    internal const string NegativeInfinity = "-Infinity";

    internal static readonly string[] All = [NaN, Infinity, NegativeInfinity];

    internal static string? Of(double value) =>
        double.IsNaN(value) ? NaN : double.IsPositiveInfinity(value) ? Infinity : double.IsNegativeInfinity(value) ? NegativeInfinity : null;

    internal static double? Parse(string text) => text switch
    {
        NaN => double.NaN,
        Infinity => double.PositiveInfinity,
        NegativeInfinity => double.NegativeInfinity,
        _ => null,
    };
}
