namespace Tapedeck.Components.Names;

/// <summary>A <c>label</c>: words of lower case or acronyms of upper case, with hyphens between.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Explainer.md#import-and-export-definitions"/></remarks>
internal static class Label
{
    internal static bool IsValid(ReadOnlySpan<char> label) => AreWords(label, acronymsAllowed: true);

    /// <summary>The <c>words</c> of a namespace or package, which have no acronyms.</summary>
    internal static bool AreWords(ReadOnlySpan<char> words, bool acronymsAllowed = false)
    {
        if (words.IsEmpty || !char.IsAsciiLetter(words[0]))
        {
            return false;
        }
        foreach (var range in words.Split('-'))
        {
            var word = words[range];
            if (word.IsEmpty || !(word.ContainsAnyExcept(Lower) is false || (acronymsAllowed && word.ContainsAnyExcept(Upper) is false)))
            {
                return false;
            }
        }
        return true;
    }

    private static readonly System.Buffers.SearchValues<char> Lower = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly System.Buffers.SearchValues<char> Upper = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}
