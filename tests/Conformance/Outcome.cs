namespace Tapedeck.Conformance;

internal enum Verdict
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>What came of one command of a script.</summary>
/// <param name="Why">The reason of a failure; the feature that is missing where it was skipped.</param>
internal readonly record struct Outcome(Verdict Verdict, string Why)
{
    internal static readonly Outcome Passed = new(Verdict.Passed, "");

    internal bool IsPassed => Verdict == Verdict.Passed;

    internal static Outcome Failed(string why) => new(Verdict.Failed, why);
    internal static Outcome Skipped(string feature) => new(Verdict.Skipped, feature);

    /// <summary>Passed, unless there is a mismatch to tell of.</summary>
    internal static Outcome Of(string? mismatch) => mismatch is null ? Passed : Failed(mismatch);
}
