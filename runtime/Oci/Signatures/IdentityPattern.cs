using System.Text.RegularExpressions;

namespace Tapedeck.Oci.Signatures;

/// <summary>A text to be met exactly, or an expression to be met by the whole of a text.</summary>
public sealed class IdentityPattern
{
    private const int MostCharacters = 1024;

    private readonly string _text;
    private readonly Regex? _expression;

    private IdentityPattern(string text, Regex? expression)
    {
        _text = text;
        _expression = expression;
    }

    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static IdentityPattern Exactly(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return new IdentityPattern(text, null);
    }

    /// <summary>
    /// An expression of .NET without look-around and back references, so that matching takes time in proportion to the text. It has to meet the
    /// whole text, with or without <c>^</c> and <c>$</c> of its own.
    /// </summary>
    /// <param name="problem">Why there is no pattern; empty otherwise.</param>
    public static IdentityPattern? Matching(string expression, out string problem)
    {
        problem = expression.Length is 0 or > MostCharacters ? $"an identity's expression has 1 to {MostCharacters} characters" : "";
        if (problem.Length > 0)
        {
            return null;
        }
        Regex regex;
        try
        {
            // By itself first: a parenthesis that closes ours would let the rest meet any part of a text.
            _ = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            regex = new Regex($@"\A(?:{expression})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = $"the identity's expression cannot be used: {UntrustedText.Show(e.Message)}";
            return null;
        }
        // Nobody has these names, so who matches them matches anybody.
        if (regex.IsMatch("") || regex.IsMatch("\u0001") || regex.IsMatch("nobody.invalid/\u0001"))
        {
            problem = "the identity's expression is met by any text; name whom to trust";
            return null;
        }
        return new IdentityPattern(expression, regex);
    }

    public override string ToString() => _expression is null ? _text : $"/{_text}/";

    internal bool IsMatch(string text) => _expression?.IsMatch(text) ?? text == _text;
}
