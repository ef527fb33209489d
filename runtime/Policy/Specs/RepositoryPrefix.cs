using System.Buffers;

namespace Tapedeck.Policy.Specs;

/// <summary>A repository and those below it: a registry with its port, then path segments. Both sides are compared in one spelling.</summary>
public readonly record struct RepositoryPrefix
{
    private const int MostCharacters = 255;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_:/[]");

    private RepositoryPrefix(string value) => Value = value;

    public string Value { get; }

    /// <remarks>A prefix that is copied from a tool is that tool's repository, also where it is one of Docker's own, whose owner nobody writes.</remarks>
    /// <param name="repository">In any spelling; empty for a component that comes from none, which is in no prefix.</param>
    public bool Contains(string repository) => repository.Length > 0 && RepositoryName.Canonical(repository) is var name
        && ((name.StartsWith(Value, StringComparison.Ordinal) && (name.Length == Value.Length || name[Value.Length] == '/')) || name == RepositoryName.Canonical(Value));

    public static bool TryParse(string text, out RepositoryPrefix prefix, out string expected)
    {
        expected = "a registry with a path such as ghcr.io/acme, in lower case, without scheme, tag and digest";
        prefix = new RepositoryPrefix(RepositoryName.CanonicalPrefix(text));
        return text.Length is > 0 and <= MostCharacters && !text.AsSpan().ContainsAnyExcept(Characters)
            && !text.Split('/').Any(segment => segment is "" or "." or "..")
            && text.LastIndexOf(':') < (text.IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0 ? text.Length : slash);
    }

    public override string ToString() => Value;
}
