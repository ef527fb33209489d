namespace Tapedeck.Oci;

/// <summary>The same request may succeed later, with nothing changed here.</summary>
/// <param name="After">How long the server asked to wait; null where it did not say.</param>
public sealed record RetryableError(OciErrorKind Kind, string What, string Where, string Advice, TimeSpan? After = null)
    : OciError(Kind, What, Where, Advice)
{
    /// <summary>Nobody answered: there was no connection, or it ended before the head of an answer.</summary>
    internal bool IsSilence { get; init; }
}
