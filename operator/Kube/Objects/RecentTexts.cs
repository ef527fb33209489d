namespace Tapedeck.Kube.Objects;

/// <summary>Gives one string for equal texts that come again soon: labels and their values are the same on thousands of objects, each of which was read with strings of its own.
/// Bounded, since anybody may write labels. Safe for all threads.</summary>
internal sealed class RecentTexts
{
    /// <summary>A power of two.</summary>
    private const int Size = 1_024;

    internal static readonly RecentTexts Shared = new();

    private readonly string?[] _texts = new string?[Size];

    internal string One(string text)
    {
        // Two threads may both miss; then each has a string, and both are right.
        ref var place = ref _texts[text.GetHashCode(StringComparison.Ordinal) & (Size - 1)];
        return place is { } known && known == text ? known : place = text;
    }
}
