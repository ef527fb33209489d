using System.IO.MemoryMappedFiles;
using System.Text;

namespace Tapedeck.Server.Loading;

/// <summary>
/// Remembers over the end of the process which components were being called when it ended without a word. One whose calls took the process down three times is
/// not loaded again: a fault of the engine that a component has found must not stop the others over and over.
/// </summary>
/// <remarks>
/// A process keeps, in a mapped file that it holds locked, how many calls of each digest run; writing there is no system call. A file that nobody holds locked any
/// more, with calls in it, is of a process that fell. An orderly end removes the file.
/// </remarks>
internal sealed class CrashLedger : IDisposable
{
    internal const int MostCrashes = 3;

    private const int Slots = 1_024;
    private const int DigestBytes = 120;
    private const int SlotBytes = DigestBytes + sizeof(long);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly string _file;
    private readonly FileStream _stream;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;

    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    internal CrashLedger(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        foreach (var left in Directory.EnumerateFiles(folder, "*.run"))
        {
            Count(left);
        }
        _file = Path.Combine(folder, $"{Guid.NewGuid():N}.run");
        _stream = new FileStream(_file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        _stream.SetLength(Slots * SlotBytes);
        _map = MemoryMappedFile.CreateFromFile(_stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor();
    }

    /// <summary>How often a process fell while it called the component.</summary>
    internal int CrashesOf(string digest)
    {
        var file = CountFile(digest);
        return File.Exists(file) ? (int)new FileInfo(file).Length : 0;
    }

    /// <summary>The file that to remove is to try the component again.</summary>
    internal string CountFile(string digest) => Path.Combine(_folder, digest.Replace(':', '-') + ".crashes");

    /// <summary>A call of the component begins or ends.</summary>
    internal void Change(string digest, int calls)
    {
        lock (_gate)
        {
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
        _view.Dispose();
        _map.Dispose();
        _stream.Dispose();
        File.Delete(_file);
    }

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
        for (var slot = 0; slot + SlotBytes <= left.Length; slot += SlotBytes)
        {
            var digest = Encoding.ASCII.GetString(left, slot, DigestBytes).TrimEnd('\0');
            if (digest.Length > 0 && BitConverter.ToInt64(left, slot + DigestBytes) > 0 && digest.All(character => char.IsAsciiLetterOrDigit(character) || character == ':'))
            {
                // A byte for each time: appending needs no reading before.
                using var count = new FileStream(CountFile(digest), FileMode.Append);
                count.WriteByte((byte)'x');
            }
        }
    }
}
