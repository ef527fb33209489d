using System.Text.Json;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Storage;

/// <summary>
/// Which digests a tag has had, as far as this store has seen. Only what was taken into use is written down, so that a new version that is refused
/// makes no history.
/// </summary>
public sealed class TagHistory(ContentStore store)
{
    private const int MostDigests = 64;

    /// <summary>What it means that <paramref name="tag"/> has <paramref name="digest"/> now. Writes nothing.</summary>
    /// <param name="tag">A reference with a tag.</param>
    public TagMove Look(Reference tag, Digest digest) => Look(KeyOf(tag), digest);

    /// <inheritdoc cref="Look(Reference, Digest)"/>
    /// <param name="asked">Any name of what may stand for one digest now and for another one later, such as a repository with a range of versions.</param>
    public TagMove Look(string asked, Digest digest) => Move(Read(asked), digest);

    /// <summary>Writes down that what <paramref name="tag"/> has now was taken into use.</summary>
    public OciError? Record(Reference tag, Digest digest) => Record(KeyOf(tag), digest);

    /// <inheritdoc cref="Record(Reference, Digest)"/>
    /// <param name="asked">As in <see cref="Look(string, Digest)"/>.</param>
    public OciError? Record(string asked, Digest digest)
    {
        var before = Read(asked);
        if (before.Count > 0 && before[^1] == digest)
        {
            return null;
        }
        // The order is that of last use, so a digest that is taken back into use knowingly is the newest again.
        Digest[] after = [.. before.Where(seen => seen != digest).TakeLast(MostDigests - 1), digest];
        try
        {
            store.WriteSmall(PathOf(asked), JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, object> { ["tag"] = asked, ["digests"] = after.Select(seen => seen.ToString()) }));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ContentStore.Broken(store.TagFolder, "cannot be written", e);
        }
    }

    /// <summary>The rule by itself, over digests in the order in which they were taken into use.</summary>
    public static TagMove Move(IReadOnlyList<Digest> before, Digest now) =>
        before.Count == 0 ? TagMove.First
        : before[^1] == now ? TagMove.None
        : before.Contains(now) ? TagMove.Back
        : TagMove.Forward;

    private List<Digest> Read(string asked)
    {
        using var json = ContentStore.ReadSmall(PathOf(asked));
        try
        {
            return json?.RootElement.Need("digests").AsArray("digests", MostDigests).EnumerateArray()
                .Select(text => Digest.TryParse(text.AsText("digests", 256), out var digest) ? digest : null).OfType<Digest>().ToList() ?? [];
        }
        catch (ShapeException)
        {
            return [];
        }
    }

    private static string KeyOf(Reference tag) => $"{tag.Name}:{tag.Tag ?? "latest"}";

    private string PathOf(string asked) => Path.Combine(store.TagFolder, ContentStore.NameOf(asked));
}
