using System.Buffers;
using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Client;

/// <summary>Reads the body of an answer, up to a number of bytes.</summary>
internal static class BoundedBody
{
    /// <summary>More than ten objects of the largest size that etcd takes. While an answer is read it is in memory three times.</summary>
    internal const int LargestAnswer = 32 << 20;
    internal const int LargestError = 1 << 20;

    /// <exception cref="JsonException">The body is not JSON.</exception>
    /// <exception cref="InvalidDataException">The body is larger than <paramref name="largest"/> bytes.</exception>
    internal static async Task<JsonDocument> ReadAsync(HttpContent content, int largest, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is var count && count > 0)
            {
                length += count;
                if (length > largest)
                {
                    throw new InvalidDataException($"the answer is larger than {largest >> 20} MiB");
                }
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }
            }
            // The document would go on reading a pooled buffer; a copy of the exact size is its own.
            return JsonDocument.Parse(buffer.AsMemory(0, length).ToArray(), JsonReading.Options);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
