namespace Tapedeck.Oci.Signatures;

/// <summary>The names of repositories, as signatures and policies write them.</summary>
internal static class RepositoryName
{
    /// <summary>The repository of a reference, without tag and digest; Docker Hub's two names are one.</summary>
    internal static string OfReference(string reference)
    {
        var at = reference.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? reference : reference[..at];
        var colon = name.LastIndexOf(':');
        name = colon > name.LastIndexOf('/') ? name[..colon] : name;
        const string Index = "index.docker.io/";
        return name.StartsWith(Index, StringComparison.Ordinal) ? $"docker.io/{name[Index.Length..]}" : name;
    }

    /// <summary>Whether a repository is the prefix, or below it: prefixes end where a path segment ends.</summary>
    internal static bool IsBelow(string repository, string prefix) =>
        prefix.Length == 0
        || (repository.StartsWith(prefix, StringComparison.Ordinal) && (repository.Length == prefix.Length || repository[prefix.Length] == '/'));
}
