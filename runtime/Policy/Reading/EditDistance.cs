namespace Tapedeck.Policy.Reading;

/// <summary>How many characters to add, drop or change from one word to another, without regard to case.</summary>
public static class EditDistance
{
    /// <summary>Words of this length and more are not near anything.</summary>
    private const int MostCharacters = 64;

    /// <summary>The first of the words that are nearest; null where they are more than <paramref name="most"/> away, or there are none.</summary>
    public static string? Nearest(string word, IEnumerable<string> known, int most) =>
        known.MinBy(candidate => Of(word, candidate)) is { } nearest && Of(word, nearest) <= most ? nearest : null;

    internal static int Of(string one, string two)
    {
        if (one.Length >= MostCharacters || two.Length >= MostCharacters)
        {
            return int.MaxValue;
        }
        Span<int> row = stackalloc int[two.Length + 1];
        for (var column = 0; column <= two.Length; column++)
        {
            row[column] = column;
        }
        for (var line = 0; line < one.Length; line++)
        {
            var diagonal = row[0]++;
            for (var column = 0; column < two.Length; column++)
            {
                var change = diagonal + (char.ToLowerInvariant(one[line]) == char.ToLowerInvariant(two[column]) ? 0 : 1);
                diagonal = row[column + 1];
                row[column + 1] = Math.Min(change, 1 + Math.Min(diagonal, row[column]));
            }
        }
        return row[two.Length];
    }
}
