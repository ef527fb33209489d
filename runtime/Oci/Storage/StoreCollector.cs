namespace Tapedeck.Oci.Storage;

/// <summary>Removes what nobody needs from a store, the longest unread first.</summary>
public static class StoreCollector
{
    /// <summary>Younger blobs stay: their use may be about to be written, by a process that knows nothing of this one.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>A file on its way that nobody has written to for so long has lost its process.</summary>
    internal static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>Collects, unless another process is doing so.</summary>
    public static CollectionResult Collect(ContentStore store, StoreLimits limits)
    {
        // The kernel releases it with the process, however that ends.
        using var mine = TryLock(Path.Combine(store.IngestFolder, "collect.lock"));
        if (mine is null)
        {
            return new CollectionResult(false, 0, 0, 0);
        }
        var now = store.Time.GetUtcNow().UtcDateTime;
        foreach (var file in Files(store.IngestFolder).Where(file => ContentStore.IsIngest(file.Name) && now - file.LastWriteTimeUtc > Abandoned))
        {
            ContentStore.Remove(file.FullName);
        }
        var kept = new StoreUses(store).Kept();
        (FileInfo File, Digest Digest)[] blobs = [.. Directory.EnumerateDirectories(store.BlobFolder).SelectMany(Files).Select(file => (File: file, Digest: DigestOf(file))).Where(blob => blob.Digest is not null)
            .OrderBy(blob => blob.File.LastWriteTimeUtc)!];
        var total = blobs.Sum(blob => blob.File.Length);
        var (removed, freed) = (0, 0L);
        foreach (var (blob, _) in blobs.Where(blob => now - blob.File.LastWriteTimeUtc > Grace && !kept.Contains(blob.Digest)))
        {
            var tooOld = now - blob.LastWriteTimeUtc > limits.MostAge;
            if ((tooOld || total - freed > limits.MostBytes) && ContentStore.Remove(blob.FullName))
            {
                removed++;
                freed += blob.Length;
            }
        }
        return new CollectionResult(true, removed, freed, total - freed);
    }

    /// <summary>Null for a file of somebody else: the user named the folder, and may keep others in it.</summary>
    private static Digest? DigestOf(FileInfo blob) => Digest.TryParse($"{blob.Directory!.Name}:{blob.Name}", out var digest) ? digest : null;

    /// <summary>Files with their sizes as they are now; one that another process removes meanwhile is left out.</summary>
    private static IEnumerable<FileInfo> Files(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles().Where(file => file.Exists);

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
