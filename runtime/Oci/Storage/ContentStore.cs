using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Storage;

/// <summary>
/// Content by digest in a folder that processes share. It is a cache: what is missing or broken is pulled again, so nothing waits for a lock.
/// <code>
/// blobs/sha256/HEX   whole content, put there by a rename
/// ingest/NAME        content on its way; what a killed process left is collected
/// uses/NAME          who needs which blobs (<see cref="StoreUses"/>)
/// tags/NAME          which digests a tag has had (<see cref="TagHistory"/>)
/// </code>
/// </summary>
public sealed class ContentStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int IngestCharacters = 32;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private long _hits;
    private long _misses;

    private ContentStore(string folder, TimeProvider time) => (_folder, _time) = (folder, time);

    /// <summary>How often content was there and whole.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>How often content had to be got.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    internal string BlobFolder => Path.Combine(_folder, "blobs");

    internal string IngestFolder => Path.Combine(_folder, "ingest");

    internal string UseFolder => Path.Combine(_folder, "uses");

    internal string TagFolder => Path.Combine(_folder, "tags");

    internal TimeProvider Time => _time;

    /// <summary>Who may get which content now, among the tasks of this process. Other processes know nothing of it.</summary>
    internal BlobTurns Turns { get; } = new();

    /// <summary>Opens or makes the store in <paramref name="folder"/>, for this user only.</summary>
    public static Outcome<ContentStore> Open(string folder, TimeProvider time)
    {
        var store = new ContentStore(Path.GetFullPath(folder), time);
        try
        {
            foreach (var inside in new[] { store._folder, store.BlobFolder, Path.Combine(store.BlobFolder, "sha256"), Path.Combine(store.BlobFolder, "sha512"), store.IngestFolder, store.UseFolder, store.TagFolder })
            {
                MakeFolder(inside);
            }
            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Broken(folder, "cannot be made or written", e);
        }
    }

    /// <summary>
    /// The content, checked against its digest; null where it is not there, is larger than <paramref name="limit"/>, or is broken. Broken content is removed.
    /// </summary>
    public async Task<byte[]?> Read(Digest digest, int limit, CancellationToken cancellationToken)
    {
        var path = PathOf(digest);
        try
        {
            byte[] content;
            await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                if (file.Length > limit)
                {
                    return null;
                }
                content = new byte[file.Length];
                await file.ReadExactlyAsync(content, cancellationToken);
            }
            if (digest.Matches(content))
            {
                MakeYoung(path);
                Interlocked.Increment(ref _hits);
                return content;
            }
            // Another process may have put whole content there meanwhile. That costs one more pull, no more.
            File.Delete(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>True where a file of this digest and size is there. It is checked when it is read.</summary>
    public bool Has(Descriptor descriptor) => new FileInfo(PathOf(descriptor.Digest)) is { Exists: true } file && file.Length == descriptor.Size;

    /// <summary>Takes content that is checked already.</summary>
    /// <returns>What went wrong with the disk, or null.</returns>
    public Task<OciError?> Add(Digest digest, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Add(digest, async stream =>
        {
            await stream.WriteAsync(content, cancellationToken);
            return null;
        });

    /// <summary>Takes what <paramref name="fill"/> writes, once it says that it is right. A reader sees the whole content or none.</summary>
    /// <param name="fill">Writes and checks; returns what went wrong.</param>
    public async Task<OciError?> Add(Digest digest, Func<Stream, Task<OciError?>> fill)
    {
        Interlocked.Increment(ref _misses);
        var ingest = Path.Combine(IngestFolder, RandomNumberGenerator.GetHexString(IngestCharacters, lowercase: true));
        try
        {
            OciError? error;
            await using (var file = new FileStream(ingest, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete))
            {
                error = await fill(file);
                if (error is null)
                {
                    // A name is only given to content that a power cut cannot take back.
                    file.Flush(flushToDisk: true);
                }
            }
            if (error is null)
            {
                File.SetLastWriteTimeUtc(ingest, _time.GetUtcNow().UtcDateTime);
                File.Move(ingest, PathOf(digest), overwrite: true);
            }
            return error;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Broken(_folder, "cannot be written", e);
        }
        finally
        {
            Remove(ingest);
        }
    }

    /// <summary>For the collector. Content that it removes just now has been read all the same.</summary>
    private void MakeYoung(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays as old as it is.
        }
    }

    internal string PathOf(Digest digest) => Path.Combine(BlobFolder, digest.Algorithm, digest.Hex);

    /// <summary>A file name for any text.</summary>
    internal static string NameOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether it is a name of <see cref="NameOf"/>. Others may have files in the folder, which the user has named.</summary>
    internal static bool IsName(string file) => file.Length == 2 * SHA256.HashSizeInBytes && file.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether it is a name of content on its way.</summary>
    internal static bool IsIngest(string file) => file.Length == IngestCharacters && file.All(char.IsAsciiHexDigitLower);

    /// <summary>Replaces a small file as a whole.</summary>
    /// <exception cref="IOException">The disk.</exception>
    internal void WriteSmall(string path, byte[] content)
    {
        var ingest = Path.Combine(IngestFolder, RandomNumberGenerator.GetHexString(IngestCharacters, lowercase: true));
        try
        {
            using (var file = new FileStream(ingest, FileMode.CreateNew, FileAccess.Write, FileShare.Delete))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(ingest, path, overwrite: true);
        }
        finally
        {
            Remove(ingest);
        }
    }

    /// <summary>A small file, or null where it is not there or is no JSON object.</summary>
    internal static JsonDocument? ReadSmall(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= 1 << 20 } ? JsonShape.Parse(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ShapeException)
        {
            return null;
        }
    }

    /// <summary>Removes a file that may be gone already, or that cannot be removed now and is collected later.</summary>
    internal static bool Remove(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static OciError Broken(string folder, string what, Exception e) =>
        new RetryableError(OciErrorKind.Storage, $"the store of pulled content {what} ({e.GetType().Name})", folder, "look at the free space and the rights of the folder");

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly);
        }
    }
}
