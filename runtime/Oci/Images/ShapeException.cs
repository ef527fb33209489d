namespace Tapedeck.Oci.Images;

/// <summary>Ends the reading of a document that breaks its specification. Never leaves the reader of that document.</summary>
internal sealed class ShapeException(string what, OciErrorKind kind = OciErrorKind.Malformed) : Exception(what)
{
    internal OciErrorKind Kind { get; } = kind;
}
