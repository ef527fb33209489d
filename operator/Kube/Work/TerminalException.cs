namespace Tapedeck.Kube.Work;

/// <summary>A failure that no repetition mends; only a change of the object, or of what it refers to, does.</summary>
/// <param name="reason">One word in CamelCase, as in a condition.</param>
public sealed class TerminalException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Reason { get; } = reason;
}
