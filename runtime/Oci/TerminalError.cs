namespace Tapedeck.Oci;

/// <summary>The same request fails again until somebody changes something.</summary>
public sealed record TerminalError(OciErrorKind Kind, string What, string Where, string Advice) : OciError(Kind, What, Where, Advice);
