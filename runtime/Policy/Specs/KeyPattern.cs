namespace Tapedeck.Policy.Specs;

/// <summary>An entry of <c>environment.deny</c> or <c>config.deny</c>: a key, or with a star at its end each key that begins so.</summary>
public sealed record KeyPattern(string Text)
{
    public bool Matches(string name) => Text.EndsWith('*')
        ? name.AsSpan().StartsWith(Text.AsSpan(0, Text.Length - 1), StringComparison.Ordinal)
        : name == Text;

    public override string ToString() => "name=" + Text;
}
