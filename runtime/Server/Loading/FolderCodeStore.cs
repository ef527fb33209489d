using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Tapedeck.Oci.Storage;
using Tapedeck.Wasm.Caching;

namespace Tapedeck.Server.Loading;

/// <summary>Translations in a folder, one file each. Entries carry a MAC of their own, so the folder need not be trusted.</summary>
internal sealed partial class FolderCodeStore : ICodeStore
{
    private const long MostBytes = 256 << 20;
    private const int KeyBytes = 32;

    /// <summary>A draft that is so old has lost its process.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private long _hits;
    private long _misses;

    internal FolderCodeStore(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        (_folder, _time) = (folder, time);
    }

    /// <summary>How often an entry was there.</summary>
    internal long Hits => Interlocked.Read(ref _hits);

    /// <summary>How often none was, or none that could be read.</summary>
    internal long Misses => Interlocked.Read(ref _misses);

    /// <summary>The key of the MACs, made on first use, readable by this user only.</summary>
    /// <exception cref="IOException">The file can neither be read nor made.</exception>
    internal static byte[] KeyAt(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        for (; ; )
        {
            if (File.Exists(file) && File.ReadAllBytes(file) is { Length: KeyBytes } key)
            {
                return key;
            }
            var draft = $"{file}.{Guid.NewGuid():N}";
            using (var stream = new FileStream(draft, ForThisUser()))
            {
                stream.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            }
            try
            {
                // Whoever comes first makes the key; a file of another length is none.
                File.Move(draft, file, overwrite: File.Exists(file) && new FileInfo(file).Length != KeyBytes);
            }
            catch (IOException) when (File.Exists(file))
            {
                File.Delete(draft);
            }
        }
    }

    private static FileStreamOptions ForThisUser()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return options;
    }

    public byte[]? Read(string key)
    {
        var entry = EntryOf(key);
        Interlocked.Increment(ref entry is null ? ref _misses : ref _hits);
        return entry;
    }

    private byte[]? EntryOf(string key)
    {
        try
        {
            var file = new FileInfo(Path.Combine(_folder, key));
            if (!file.Exists || file.Length > MostBytes)
            {
                return null;
            }
            var entry = File.ReadAllBytes(file.FullName);
            file.LastWriteTimeUtc = _time.GetUtcNow().UtcDateTime;
            return entry;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string key, ReadOnlySpan<byte> entry)
    {
        var draft = Path.Combine(_folder, $"{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(draft, FileMode.CreateNew))
            {
                stream.Write(entry);
            }
            File.SetLastWriteTimeUtc(draft, _time.GetUtcNow().UtcDateTime);
            File.Move(draft, Path.Combine(_folder, key), overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A cache that keeps nothing is slow and not wrong. What is left of a draft is collected.
        }
    }

    /// <summary>
    /// Removes drafts of processes that ended, what was not read for too long, and the longest unread until the rest is within the limit. Of its own files alone: the user named the
    /// folder, and may keep others in it.
    /// </summary>
    /// <returns>How many translations were removed, and their bytes.</returns>
    /// <exception cref="IOException">The folder cannot be looked through.</exception>
    internal (int Files, long Bytes) Collect(StoreLimits limits)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        FileInfo[] all = [.. new DirectoryInfo(_folder).EnumerateFiles().Where(file => file.Exists).OrderBy(file => file.LastWriteTimeUtc)];
        foreach (var draft in all.Where(file => Draft().IsMatch(file.Name) && now - file.LastWriteTimeUtc > Abandoned))
        {
            Remove(draft);
        }
        var entries = all.Where(file => Translation().IsMatch(file.Name)).ToArray();
        var total = entries.Sum(file => file.Length);
        var (files, bytes) = (0, 0L);
        foreach (var entry in entries)
        {
            var length = entry.Length;
            if ((now - entry.LastWriteTimeUtc > limits.MostAge || total - bytes > limits.MostBytes) && Remove(entry))
            {
                files++;
                bytes += length;
            }
        }
        return (files, bytes);
    }

    private static bool Remove(FileInfo file)
    {
        try
        {
            file.Delete();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // As the engine's keys are, of this version and of others.
    [GeneratedRegex(@"^[0-9a-f]{64}-[0-9a-f]{32}-[0-9.]+-[0-9A-Za-z]+-[0-9]+-[0-9]+-[0-9a-f]{16}\z")]
    private static partial Regex Translation();

    [GeneratedRegex(@"^[0-9a-f]{32}\.tmp\z")]
    private static partial Regex Draft();
}
