namespace Tapedeck.Oci;

/// <summary>How far the download of a blob is. It may go back where a server begins anew.</summary>
/// <param name="Received">Bytes, at most <paramref name="Total"/>.</param>
public sealed record PullProgress(Digest Blob, long Received, long Total)
{
    /// <summary>Bytes of a blob below which nothing is told: it is there at once.</summary>
    public const int Least = 64 << 10;
}
