using Tapedeck.Oci.Images;

namespace Tapedeck.Oci;

/// <summary>Small blobs, in memory.</summary>
public static class RepositoryBlobs
{
    /// <summary>The checked content of <paramref name="descriptor"/>. One that claims more than <paramref name="limit"/> bytes is not asked for.</summary>
    public static async Task<Outcome<byte[]>> GetBlob(
        this IRepository repository, Descriptor descriptor, int limit, CancellationToken cancellationToken)
    {
        if (descriptor.Size > limit)
        {
            return new TerminalError(OciErrorKind.TooLarge, $"claims {descriptor.Size} bytes where at most {limit} are taken",
                $"{repository.Name}@{descriptor.Digest}", "publish a smaller one");
        }
        if (descriptor.Data is { } data && data.Length == descriptor.Size && descriptor.Digest.Matches(data.Span))
        {
            return data.ToArray();
        }
        using var content = new MemoryStream((int)descriptor.Size);
        return await repository.CopyBlob(descriptor, content, cancellationToken) is { } error ? error : content.ToArray();
    }
}
