using System.Buffers;
using System.Collections.Frozen;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp;

/// <summary>
/// The tools that a server has at one moment, encoded for <c>tools/list</c>. Immutable: a call that began with a catalogue ends with it.
/// </summary>
public sealed class Catalogue
{
    /// <summary>Tools on a page of <c>tools/list</c>.</summary>
    internal const int PageSize = 100;

    public static readonly Catalogue Empty = new([]);

    private readonly CatalogueEntry[] _entries;
    private readonly FrozenDictionary<string, CatalogueEntry> _byName;
    // All tools, with a comma after each. A page is a slice of it.
    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly int[] _ends;

    /// <param name="tools">In any order; they are listed by name, so that every replica lists them alike.</param>
    /// <exception cref="ArgumentException">Two tools of one name; or a declaration that no client could use. The message says which.</exception>
    public Catalogue(IEnumerable<ITool> tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        _entries = [.. tools.Select(static tool => new CatalogueEntry(tool)).OrderBy(static entry => entry.Name, StringComparer.Ordinal)];
        if (_entries.Zip(_entries.Skip(1)).FirstOrDefault(static pair => pair.First.Name == pair.Second.Name).First is { } twice)
        {
            throw new ArgumentException($"two tools have the name '{twice.Name}'", nameof(tools));
        }
        _byName = _entries.ToFrozenDictionary(static entry => entry.Name, StringComparer.Ordinal);
        var encoded = new ArrayBufferWriter<byte>();
        _ends = new int[_entries.Length];
        for (var i = 0; i < _entries.Length; i++)
        {
            encoded.Write(_entries[i].Encoded);
            encoded.Write(","u8);
            _ends[i] = encoded.WrittenCount;
        }
        _encoded = encoded.WrittenMemory;
    }

    /// <summary>The tools in the order of their names.</summary>
    public IEnumerable<ITool> Tools => _entries.Select(static entry => entry.Tool);

    internal CatalogueEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The page that begins after the tool of a name, which need not be there any more; at the start for null.</summary>
    internal CataloguePage PageAfter(string? name)
    {
        var start = name is null ? 0 : FirstAfter(name);
        var end = start + EntriesAfter(name, out var last).Count;
        var from = start == 0 ? 0 : _ends[start - 1];
        return new CataloguePage(end > start ? _encoded[from..(_ends[end - 1] - 1)] : default, last);
    }

    /// <summary>The same page as entries, and the last one's name where another page follows.</summary>
    internal ArraySegment<CatalogueEntry> EntriesAfter(string? name, out string? last)
    {
        var start = name is null ? 0 : FirstAfter(name);
        var end = Math.Min(start + PageSize, _entries.Length);
        last = end < _entries.Length ? _entries[end - 1].Name : null;
        return new ArraySegment<CatalogueEntry>(_entries, start, end - start);
    }

    private int FirstAfter(string name)
    {
        int low = 0, high = _entries.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(_entries[middle].Name, name) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }
}
