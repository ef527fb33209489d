using System.Collections.Immutable;

namespace Tapedeck.Oci.Credentials;

/// <summary>Logins by registry and path, as docker's configuration files and Kubernetes' pull secrets hold them.</summary>
public sealed class LoginList
{
    private readonly ImmutableArray<LoginEntry> _entries;
    private readonly ImmutableDictionary<string, string> _helpers;
    private readonly string? _store;

    /// <param name="helpers">By registry. Where two keys are one registry, the first that comes holds.</param>
    internal LoginList(IEnumerable<LoginEntry> entries, IEnumerable<KeyValuePair<string, string>> helpers, string? store)
    {
        // As kubelet does: keys in descending order, so that of two paths where one begins with the other the longer one comes first.
        _entries = [.. entries.OrderByDescending(entry => entry.Scope.ToString(), StringComparer.Ordinal)];
        _helpers = helpers.DistinctBy(helper => helper.Key, RegistryHost.Comparer).ToImmutableDictionary(RegistryHost.Comparer);
        _store = store;
    }

    /// <summary>No login for any registry.</summary>
    public static LoginList None { get; } = new([], [], null);

    /// <summary>One login for everything below <paramref name="scope"/>, written as a key of a pull secret.</summary>
    /// <exception cref="FormatException">It is no such key.</exception>
    public static LoginList Of(string scope, Login login) =>
        new([new LoginEntry(LoginScope.Parse(scope) ?? throw new FormatException("expected host[:port][/path]"), login)],
            [], null);

    /// <summary>The entries of all lists. Where entries are alike, the earlier list's come first.</summary>
    public static LoginList Join(IEnumerable<LoginList> lists)
    {
        var all = lists.ToArray();
        return new LoginList(all.SelectMany(list => list._entries), all.SelectMany(list => list._helpers), all.Select(list => list._store).FirstOrDefault(store => store is not null));
    }

    /// <summary>The logins to try for a repository, the most special first; empty is anonymous.</summary>
    internal ImmutableArray<Login> Find(string registry, string repository) =>
        [.. _entries.Where(entry => entry.Scope.Covers(registry, repository)).Select(entry => entry.Login)];

    /// <summary>The credential helper that a configuration file names for this registry, without <c>docker-credential-</c>. Nothing here starts it.</summary>
    public string? HelperOf(string registry) => _helpers.GetValueOrDefault(registry) ?? _store;
}
