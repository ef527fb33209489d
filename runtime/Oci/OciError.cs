namespace Tapedeck.Oci;

/// <summary>
/// An expected failure: what happened, where, and what a person can do. Holds no secret, and no text of a server that was not capped and
/// stripped. It is either a <see cref="RetryableError"/> or a <see cref="TerminalError"/>.
/// </summary>
public abstract record OciError(OciErrorKind Kind, string What, string Where, string Advice)
{
    public sealed override string ToString() => $"{Where}: {What}; {Advice}";
}
