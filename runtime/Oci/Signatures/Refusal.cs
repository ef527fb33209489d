namespace Tapedeck.Oci.Signatures;

/// <summary>One reason why a signature was not accepted.</summary>
/// <param name="Message">For people: what, where, and what to do. Text of a publisher in it is cut and without control characters.</param>
public sealed record Refusal(RefusalReason Reason, string Message)
{
    public override string ToString() => Message;

    internal Refusal In(string place) => this with { Message = $"{place}: {Message}" };
}
