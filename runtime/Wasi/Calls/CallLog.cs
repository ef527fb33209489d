using System.Text;
using Tapedeck.Policy.Limits;

namespace Tapedeck.Wasi.Calls;

/// <summary>
/// What a call wrote, in its order, up to a cap. What is beyond the cap is dropped, and <see cref="Exceeded"/> says so: a tool that chatters goes on.
/// Safe for several threads.
/// </summary>
public sealed class CallLog
{
    /// <summary>What a piece costs besides its bytes, so that bytes that come one by one are no way around the cap.</summary>
    private const int PieceCost = 8;

    private readonly Lock _lock = new();
    private readonly List<(LogSource Source, int Length)> _pieces = [];
    private readonly long _cap;
    private byte[] _bytes = [];
    private int _length;
    private long _cost;

    /// <param name="cap">Bytes, of all sources together.</param>
    public CallLog(long cap) => _cap = Math.Min(cap, Array.MaxLength);

    /// <summary>The limit, once something was dropped; null before.</summary>
    public LimitExceeded? Exceeded { get; private set; }

    /// <summary>Bytes that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Bytes that were kept.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
            {
                return _length;
            }
        }
    }

    public void Write(LogSource source, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var isNew = _pieces.Count == 0 || _pieces[^1].Source != source;
            var room = (int)Math.Clamp(_cap - _cost - (isNew ? PieceCost : 0), 0, bytes.Length);
            if (room < bytes.Length)
            {
                Dropped += bytes.Length - room;
                Exceeded ??= new LimitExceeded(LimitName.Log, _cap);
            }
            if (room == 0)
            {
                return;
            }
            Append(bytes[..room]);
            _cost += room + (isNew ? PieceCost : 0);
            if (isNew)
            {
                _pieces.Add((source, room));
            }
            else
            {
                _pieces[^1] = (source, _pieces[^1].Length + room);
            }
        }
    }

    /// <summary>All that one source wrote.</summary>
    public byte[] BytesOf(LogSource source) => Pieces().Where(piece => piece.Source == source).SelectMany(static piece => piece.Bytes).ToArray();

    /// <summary>All that one source wrote, as text; what is no UTF-8 becomes U+FFFD.</summary>
    public string TextOf(LogSource source) => Encoding.UTF8.GetString(BytesOf(source));

    /// <summary>The pieces in their order; neighbours are of different sources.</summary>
    public IReadOnlyList<(LogSource Source, byte[] Bytes)> Pieces()
    {
        lock (_lock)
        {
            var pieces = new List<(LogSource, byte[])>(_pieces.Count);
            var at = 0;
            foreach (var (source, length) in _pieces)
            {
                pieces.Add((source, _bytes.AsSpan(at, length).ToArray()));
                at += length;
            }
            return pieces;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _length < bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(_length + (long)bytes.Length, 2L * _bytes.Length), Array.MaxLength));
        }
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
