namespace Tapedeck.Oci.Signatures.Reading;

/// <summary>Bytes break their format. Thrown by the readers, and turned into a <see cref="Refusal"/> by <see cref="Readings.Of"/> alone.</summary>
internal sealed class UnreadableException(RefusalReason reason, string message) : Exception(message)
{
    internal UnreadableException(string message) : this(RefusalReason.Malformed, message)
    {
    }

    internal RefusalReason Reason { get; } = reason;
}
