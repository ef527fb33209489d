using System.Globalization;

namespace Tapedeck.Components;

/// <summary>Why a component was refused.</summary>
public enum InvalidComponentReason
{
    /// <summary>The bytes are not a component.</summary>
    Malformed,

    /// <summary>The bytes are a component that breaks a validation rule.</summary>
    Invalid,

    /// <summary>The component uses a feature that is not supported; <see cref="InvalidComponentException.Feature"/> names it.</summary>
    Unsupported,

    /// <summary>The component is larger than <see cref="ComponentLimits"/> allow.</summary>
    TooLarge,
}

/// <summary>A component was refused before any of its code could run.</summary>
public sealed class InvalidComponentException : Exception
{
    public InvalidComponentException(InvalidComponentReason reason, string message, int offset, string section, Exception? innerException = null)
        : base($"{Printable(message)} (at byte 0x{offset:x} in the {section} section)", innerException)
    {
        Reason = reason;
        Offset = offset;
        Section = section;
    }

    public InvalidComponentReason Reason { get; }

    /// <summary>The byte offset from the start of the outermost component.</summary>
    public int Offset { get; }

    /// <summary>The name of the section, as <c>type</c>, <c>canon</c>, <c>core module</c>; <c>header</c> before the first.</summary>
    public string Section { get; }

    /// <summary>The feature that is not supported, as <c>async</c>, <c>values</c>, <c>gc</c>, <c>exceptions</c>; null for other reasons.</summary>
    public string? Feature { get; init; }

    // Messages quote names of a component that nobody has checked yet; they reach logs and terminals.
    private static string Printable(string message)
    {
        const int MostCharacters = 2_000;
        var cut = message.Length <= MostCharacters ? message : $"{message[..MostCharacters]}...";
        return string.Concat(cut.Select(static c => IsPrintable(c) ? c : '?'));
    }

    private static bool IsPrintable(char c) => char.GetUnicodeCategory(c)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
