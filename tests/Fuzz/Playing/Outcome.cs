namespace Tapedeck.Fuzz.Playing;

/// <summary>What came of a scenario. Results are as <see cref="Bits"/> writes them, traps are <c>trap:</c> and the kind.</summary>
/// <param name="Start"><c>ok</c>, or the trap that instantiation ended in.</param>
/// <param name="Calls">One line a call; shorter than the calls where the stack was exhausted, which is the host's affair and ends the comparison.</param>
/// <param name="Memories">Pages and hash of each.</param>
/// <param name="Log">The hash of what host functions were called with.</param>
internal sealed record Outcome(string Start, string[] Calls, string[] Memories, string Log)
{
    internal const string Ok = "ok";
    internal const string StackExhausted = "trap: call stack exhausted";

    internal bool IsCut => Start == StackExhausted || Calls.Contains(StackExhausted);
}
