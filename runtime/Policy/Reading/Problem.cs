namespace Tapedeck.Policy.Reading;

/// <summary>What is wrong with a document, and where.</summary>
/// <param name="Line">From 1; 0 where the whole file is meant.</param>
/// <param name="Field">Such as <c>spec.network.allow[0].host</c>; empty where the text is no document at all.</param>
/// <param name="Message">What was expected, and what was found.</param>
public sealed record Problem(string File, int Line, int Column, string Field, string Message)
{
    /// <summary>Field and message, for where the file is known and its lines are nobody's.</summary>
    public string Text => Field.Length == 0 ? Message : $"{Field}: {Message}";

    public override string ToString() => $"{File}:{Line}:{Column}: {Text}";
}
