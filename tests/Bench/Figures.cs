namespace Tapedeck.Bench;

/// <summary>What a child process measured. A figure that it did not give, because it failed, is not a number.</summary>
internal sealed class Figures(IReadOnlyDictionary<string, string> values)
{
    internal double this[string name] => values.TryGetValue(name, out var value) ? double.Parse(value) : double.NaN;

    /// <summary>What the code answered, or null if it failed.</summary>
    internal string? Checksum => values.GetValueOrDefault("checksum");

    /// <summary>The one of two that took less CPU time; a failure loses.</summary>
    internal Figures Better(Figures other) => this["cpu"] <= other["cpu"] || double.IsNaN(other["cpu"]) ? this : other;
}
