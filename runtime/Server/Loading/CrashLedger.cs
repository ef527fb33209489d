using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Text;

namespace Tapedeck.Server.Loading;

/// <summary>
/// Remembers over the end of the process which components were being called when it ended without a word. One whose calls took the process down three times within
/// hours is not loaded again: a fault of the engine that a component has found must not stop the others over and over.
/// </summary>
/// <remarks>
/// A process keeps, in a mapped file that it holds locked, how many calls of each digest run; writing there is no system call. A file that nobody holds locked any
/// more, with calls in it, is of a process that fell. An end that the process knows of removes the file: the last line of the program, a signal, a second Ctrl+C.
/// RATIONALE.md, "Whom does a fall of the process count against?"
/// </remarks>
internal sealed class CrashLedger : IDisposable
{
    /// <summary>How long a fall is remembered.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromHours(6);

    private const int Slots = 1_024;
    private const int DigestBytes = 120;
    private const int SlotBytes = DigestBytes + sizeof(long);

    // More lines than falls that count; what is more was not written by this.
    private const int MostLines = 100;
    private const string Alone = "alone";
    private const string Beside = "beside others";

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly string _file;
    private readonly FileStream _stream;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private bool _isOver;

    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    internal CrashLedger(string folder, TimeProvider time)
    {
        (_folder, _time) = (folder, time);
        Directory.CreateDirectory(folder);
        foreach (var left in Directory.EnumerateFiles(folder, "*.run").Where(IsOurs))
        {
            Count(left);
        }
        _file = Path.Combine(folder, $"{Guid.NewGuid():N}.run");
        _stream = new FileStream(_file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        _stream.SetLength(Slots * SlotBytes);
        _map = MemoryMappedFile.CreateFromFile(_stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor();
        // Environment.Exit disposes of nothing. A process that is killed, or that the runtime ends for a fault, does not come here.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>How often a process fell lately while it called the component.</summary>
    /// <param name="digest">Of the component itself: a manifest of another digest around it changes nothing.</param>
    internal Falls FallsOf(string digest)
    {
        var lines = Recent(CountFile(digest));
        return new Falls(lines.Count(line => line.EndsWith(Alone, StringComparison.Ordinal)), lines.Count(line => line.EndsWith(Beside, StringComparison.Ordinal)));
    }

    /// <summary>The file that to remove is to try the component again.</summary>
    internal string CountFile(string digest) => Path.Combine(_folder, digest.Replace(':', '-') + ".crashes");

    /// <summary>A call of the component begins or ends.</summary>
    internal void Change(string digest, int calls)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }
            if (!_slots.TryGetValue(digest, out var slot))
            {
                // With so many components nothing more is remembered; a process that serves them falls as it would without this.
                if (_slots.Count == Slots || Encoding.ASCII.GetByteCount(digest) > DigestBytes)
                {
                    return;
                }
                slot = _slots.Count;
                _slots.Add(digest, slot);
                _view.WriteArray(slot * SlotBytes, Encoding.ASCII.GetBytes(digest), 0, digest.Length);
            }
            var at = (slot * SlotBytes) + DigestBytes;
            _view.Write(at, _view.ReadInt64(at) + calls);
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }
            _isOver = true;
            _view.Dispose();
            _map.Dispose();
            _stream.Dispose();
            try
            {
                File.Delete(_file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The folder is gone, and the file with it; or what it says, that nothing was called any more, is as good.
            }
        }
    }

    /// <summary>Whether it has a name as this gives: a cache may be in a folder that has other files.</summary>
    private static bool IsOurs(string file) => Path.GetFileNameWithoutExtension(file) is { Length: 32 } name && name.All(char.IsAsciiHexDigitLower);

    private void OnExit(object? sender, EventArgs arguments) => Dispose();

    private void Count(string file)
    {
        byte[] left;
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            left = new byte[Math.Min(stream.Length, Slots * SlotBytes)];
            stream.ReadExactly(left);
            File.Delete(file);
        }
        catch (IOException)
        {
            // Somebody holds it: a process that lives.
            return;
        }
        var running = new List<string>();
        for (var slot = 0; slot + SlotBytes <= left.Length; slot += SlotBytes)
        {
            var digest = Encoding.ASCII.GetString(left, slot, DigestBytes).TrimEnd('\0');
            if (digest.Length > 0 && BitConverter.ToInt64(left, slot + DigestBytes) > 0 && digest.All(character => char.IsAsciiLetterOrDigit(character) || character == ':'))
            {
                running.Add(digest);
            }
        }
        foreach (var count in running.Select(CountFile))
        {
            // When it fell nobody knows; by now it has. By a file of its own, since other processes may be reading.
            var draft = Path.Combine(_folder, $"{Guid.NewGuid():N}.draft");
            File.WriteAllLines(draft, [.. Recent(count), $"{_time.GetUtcNow():O} {(running.Count == 1 ? Alone : Beside)}"]);
            File.Move(draft, count, overwrite: true);
        }
    }

    /// <summary>The lines about falls that are remembered still: each a time, and whether calls of other components ran.</summary>
    private string[] Recent(string file)
    {
        var since = _time.GetUtcNow() - Memory;
        try
        {
            return [.. File.ReadLines(file).Take(MostLines).Where(line =>
                line.Split(' ', 2) is [var time, Alone or Beside] && DateTimeOffset.TryParseExact(time, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && at > since)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing is known of it: there is no such file, or somebody has cleared the cache under way.
            return [];
        }
    }
}

/// <summary>How often the process fell lately while it called a component.</summary>
/// <param name="Alone">And called no other.</param>
/// <param name="Beside">And called others as well, one of which may have been it.</param>
internal readonly record struct Falls(int Alone, int Beside)
{
    private const int Most = 3;

    /// <summary>Whether the component is to be called no more. One that another component may be to blame for counts half.</summary>
    internal bool AreTooMany => (2 * Alone) + Beside >= 2 * Most;

    public override string ToString() => $"{Alone} times while only it was called, {Beside} times beside others";
}
