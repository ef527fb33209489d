namespace Tapedeck.Oci.Signatures;

/// <summary>
/// A registry, or a registry with a path: that repository and those below it. Written as the repositories' names are normalised, so that a rule
/// never misses what it is meant for because of a capital, a slash or a port.
/// </summary>
public sealed class RepositoryPrefix
{
    private const int MostCharacters = 255;

    private readonly string _value;

    private RepositoryPrefix(string value) => _value = value;

    /// <summary>Every repository, and every folder.</summary>
    public static RepositoryPrefix All { get; } = new("");

    /// <summary>Longer is narrower.</summary>
    internal int Length => _value.Length;

    /// <param name="text">Such as <c>ghcr.io</c> or <c>ghcr.io/acme</c>; <c>*</c> is all.</param>
    /// <param name="problem">Why there is no prefix; empty otherwise.</param>
    public static RepositoryPrefix? Read(string text, out string problem)
    {
        problem = "";
        if (text == "*")
        {
            return All;
        }
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..]);
        host = host.ToLowerInvariant();
        if (text.Length <= MostCharacters && IsRegistry(host) && (slash < 0 || IsPath(path)))
        {
            return new RepositoryPrefix($"{RegistryHost.NameOf(host)}{(slash < 0 ? "" : $"/{path}")}");
        }
        problem = $"'{UntrustedText.Show(text)}' is not a prefix of repositories: expected is a registry, perhaps with a path, such as ghcr.io/acme, "
            + "without scheme, tag, digest and slash at the end, or * for all";
        return null;
    }

    public override string ToString() => _value.Length == 0 ? "*" : _value;

    /// <summary>Prefixes end where a path segment ends. One that is copied from a tool is its repository, also where that is Docker's own, whose owner nobody writes.</summary>
    internal bool Covers(string repository) =>
        _value.Length == 0
        || (repository.StartsWith(_value, StringComparison.Ordinal) && (repository.Length == _value.Length || repository[_value.Length] == '/'))
        || Reference.Parse(_value).Value?.Name == repository;

    // A first part without a period or a port would be a path on Docker Hub.
    private static bool IsRegistry(string host) => RegistryHost.IsHost(host) && (host.AsSpan().ContainsAny(".:[") || host == "localhost");

    private static bool IsPath(string path) =>
        Reference.Parse($"registry.example/{path}").Value is { Tag: null, Digest: null } reference && reference.Repository == path;
}
