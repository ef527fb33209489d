using System.Text.Json;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Storage;

/// <summary>
/// Who needs which blobs. A use keeps its blobs from being collected until it is replaced or released, also by another process, or until nobody has spoken of it for a day: a process
/// that was killed releases nothing.
/// </summary>
public sealed class StoreUses(ContentStore store)
{
    // An index, a manifest, its configuration, a policy, and the layers of an image.
    private const int MostDigests = DocumentLimits.Descriptors + 4;
    private const int MostNameCharacters = 512;

    /// <summary>A use that was not said again for so long has lost its process.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>Says that <paramref name="name"/> (a tool of a process) needs just these blobs from now on. To be said again from time to time.</summary>
    public OciError? Keep(string name, IReadOnlyCollection<Digest> digests)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digests.Count, MostDigests);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, MostNameCharacters);
        try
        {
            store.WriteSmall(PathOf(name), JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, object> { ["name"] = name, ["digests"] = digests.Select(digest => digest.ToString()) }));
            File.SetLastWriteTimeUtc(PathOf(name), store.Time.GetUtcNow().UtcDateTime);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ContentStore.Broken(store.UseFolder, "cannot be written", e);
        }
    }

    /// <summary>Says that <paramref name="name"/> needs nothing any more.</summary>
    public void Release(string name) => ContentStore.Remove(PathOf(name));

    /// <summary>What all uses need. A use that cannot be read keeps nothing: its blobs can be pulled again.</summary>
    internal HashSet<Digest> Kept()
    {
        var kept = new HashSet<Digest>();
        var since = store.Time.GetUtcNow().UtcDateTime - Forgotten;
        foreach (var path in Directory.EnumerateFiles(store.UseFolder).Where(path => ContentStore.IsName(Path.GetFileName(path))))
        {
            if (File.GetLastWriteTimeUtc(path) < since)
            {
                ContentStore.Remove(path);
                continue;
            }
            using var json = ContentStore.ReadSmall(path);
            try
            {
                foreach (var digest in json?.RootElement.Need("digests").AsArray("digests", MostDigests).EnumerateArray() ?? default)
                {
                    if (Digest.TryParse(digest.AsText("digests", 256), out var parsed))
                    {
                        kept.Add(parsed);
                    }
                }
            }
            catch (ShapeException)
            {
                ContentStore.Remove(path);
            }
        }
        return kept;
    }

    private string PathOf(string name) => Path.Combine(store.UseFolder, ContentStore.NameOf(name));
}
