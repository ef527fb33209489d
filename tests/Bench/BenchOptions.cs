namespace Tapedeck.Bench;

/// <summary>What the command line and the environment say.</summary>
/// <param name="Rounds">How often each measurement is repeated; the best counts.</param>
/// <param name="Components">The folder of the JavaScript components, or null where there is none.</param>
/// <param name="Node">The V8 to compare with.</param>
/// <param name="Minutes">How long the mixed load lasts.</param>
internal sealed record BenchOptions(int Rounds, string? Components, string Node, double Minutes)
{
    internal const string Usage = """
        usage: bench [kernels|instances|calls|components|host|javascript|translation|http|starts|memory|endurance|all] [--rounds N] [--components DIR] [--node FILE] [--minutes N]
        --rounds      how often each measurement is repeated, 3 by default; the best counts
        --components  the folder of the JavaScript components; COMPONENTS_DIR by default, what needs them is left out where there is none
        --node        the V8 to compare with; NODE, or the first node of the PATH by default
        --minutes     how long the mixed load lasts, 10 by default
        """;

    internal static BenchOptions Parse(string[] arguments) => new(
        int.Parse(Option(arguments, "--rounds") ?? "3"),
        Option(arguments, "--components") ?? Environment.GetEnvironmentVariable("COMPONENTS_DIR"),
        Option(arguments, "--node") ?? Environment.GetEnvironmentVariable("NODE") ?? "node",
        double.Parse(Option(arguments, "--minutes") ?? "10", System.Globalization.CultureInfo.InvariantCulture));

    private static string? Option(string[] arguments, string name)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
