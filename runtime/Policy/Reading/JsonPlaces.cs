using System.Collections.Immutable;

namespace Tapedeck.Policy.Reading;

/// <summary>Turns positions of a text into lines and columns.</summary>
internal sealed class JsonPlaces
{
    private readonly ImmutableArray<long> _lineStarts;

    internal JsonPlaces(ReadOnlySpan<byte> text)
    {
        var starts = ImmutableArray.CreateBuilder<long>();
        starts.Add(0);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == (byte)'\n')
            {
                starts.Add(index + 1);
            }
        }
        _lineStarts = starts.ToImmutable();
    }

    internal (int Line, int Column) At(long position)
    {
        var found = _lineStarts.BinarySearch(position);
        var line = found >= 0 ? found : ~found - 1;
        return (line + 1, (int)(position - _lineStarts[line]) + 1);
    }
}
