using System.Buffers;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci;

/// <summary>Copies content while its size and digest are checked.</summary>
internal static class CheckedCopy
{
    internal const int BufferBytes = 64 << 10;

    /// <summary>Copies what <paramref name="descriptor"/> describes, and no byte more.</summary>
    internal static async Task<OciError?> Copy(
        Stream source, Stream destination, Descriptor descriptor, string where, CancellationToken cancellationToken)
    {
        Restart(destination);
        using var hash = descriptor.Digest.StartHash();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long copied = 0;
            while (await source.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                copied += read;
                if (copied > descriptor.Size)
                {
                    return TooLong(descriptor, where);
                }
                hash.AppendData(buffer, 0, read);
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            return copied < descriptor.Size ? TooShort(descriptor, copied, where)
                : descriptor.Digest.Matches(hash) ? null
                : Mismatch(descriptor, where);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static void Restart(Stream destination)
    {
        destination.SetLength(0);
        destination.Position = 0;
    }

    internal static OciError TooLong(Descriptor descriptor, string where) =>
        new TerminalError(OciErrorKind.DigestMismatch, $"more than the {descriptor.Size} bytes came that its descriptor says", where, Distrust);

    internal static OciError Mismatch(Descriptor descriptor, string where) =>
        new TerminalError(OciErrorKind.DigestMismatch, $"the content that came does not have the digest {descriptor.Digest}", where, Distrust);

    private static TerminalError TooShort(Descriptor descriptor, long copied, string where) =>
        new TerminalError(OciErrorKind.DigestMismatch, $"{copied} bytes came where its descriptor says {descriptor.Size}", where, Distrust);

    private const string Distrust = "do not use it: whoever served it, or something before, answers with other content";
}
