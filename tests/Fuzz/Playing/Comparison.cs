namespace Tapedeck.Fuzz.Playing;

/// <summary>Tells how what the engine did differs from what V8 did.</summary>
internal static class Comparison
{
    /// <summary>Where V8 has one message for several traps of the specification.</summary>
    private static readonly Dictionary<string, string[]> Vague = new()
    {
        ["trap: float unrepresentable"] = ["trap: invalid conversion to integer", "trap: integer overflow"],
        ["trap: table index"] = ["trap: undefined element", "trap: out of bounds table access"],
        ["trap: indirect call"] = ["trap: uninitialized element", "trap: indirect call type mismatch"],
    };

    /// <summary>The first difference, or null.</summary>
    internal static string? FirstDifference(Scenario scenario, Outcome expected, Outcome actual)
    {
        if (!Agree(expected.Start, actual.Start))
        {
            return $"start: expected {expected.Start}, got {actual.Start}";
        }
        // Where one of the two ran out of stack, what was before is compared; how deep a stack goes is the host's affair.
        var isCut = expected.IsCut || actual.IsCut;
        var count = Math.Min(Compared(expected), Compared(actual));
        for (var i = 0; i < count; i++)
        {
            if (!Agree(expected.Calls[i], actual.Calls[i]))
            {
                var call = scenario.Calls[i];
                return $"call {i}: {call.Export}({string.Join(", ", call.Arguments)}): expected {expected.Calls[i]}, got {actual.Calls[i]}";
            }
        }
        return isCut ? null : EndDifference(expected, actual);
    }

    private static string? EndDifference(Outcome expected, Outcome actual)
    {
        for (var i = 0; i < expected.Memories.Length; i++)
        {
            if (expected.Memories[i] != actual.Memories[i])
            {
                return $"memory {i}: expected {expected.Memories[i]}, got {actual.Memories[i]}";
            }
        }
        return expected.Log == actual.Log ? null : "log: host functions were called with other values or in another order";
    }

    private static int Compared(Outcome outcome) => outcome.IsCut ? outcome.Calls.Length - 1 : outcome.Calls.Length;

    private static bool Agree(string expected, string actual) =>
        expected == actual || (Vague.TryGetValue(expected, out var kinds) && kinds.Contains(actual));
}
