using System.Text;

namespace Tapedeck.Kube.Client;

/// <summary>Reads lines that whoever runs in a pod wrote, who need not end them.</summary>
internal sealed class LogLines(TextReader reader)
{
    /// <summary>Of a line; what is behind them is read and dropped.</summary>
    internal const int MostCharacters = 1 << 20;

    private const string Cut = "...";

    private readonly char[] _buffer = new char[8 << 10];
    private readonly StringBuilder _line = new();
    private int _next;
    private int _end;
    private bool _isAfterReturn;

    /// <summary>The next line without its end, or null where there is none.</summary>
    internal async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        var (isCut, isAny) = (false, false);
        _line.Clear();
        while (_next < _end || await FillAsync(cancellationToken))
        {
            // A return and a feed are one end, also where they do not come together.
            if (_isAfterReturn && _buffer[_next] == '\n')
            {
                _next++;
                _isAfterReturn = false;
                continue;
            }
            _isAfterReturn = false;
            isAny = true;
            var rest = _buffer.AsSpan(_next, _end - _next);
            var length = rest.IndexOfAny('\r', '\n');
            var part = length < 0 ? rest : rest[..length];
            var room = MostCharacters - _line.Length;
            isCut |= part.Length > room;
            _line.Append(part[..Math.Min(part.Length, room)]);
            _next += part.Length;
            if (length >= 0)
            {
                _isAfterReturn = _buffer[_next++] == '\r';
                break;
            }
        }
        return isAny ? _line + (isCut ? Cut : "") : null;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        (_next, _end) = (0, await reader.ReadAsync(_buffer, cancellationToken));
        return _end > 0;
    }
}
