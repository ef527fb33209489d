using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Caching;

/// <summary>From a value to the keys of the objects that have it.</summary>
internal sealed class Index<T>(Func<T, IEnumerable<string>> values)
    where T : class
{
    private readonly Dictionary<string, HashSet<ObjectKey>> _keys = new(StringComparer.Ordinal);

    internal IEnumerable<ObjectKey> Keys(string value) => _keys.TryGetValue(value, out var keys) ? keys : [];

    internal void Replace(ObjectKey key, T? before, T? after)
    {
        var (old, @new) = (Values(before), Values(after));
        foreach (var value in old.Except(@new))
        {
            var keys = _keys[value];
            keys.Remove(key);
            if (keys.Count == 0)
            {
                _keys.Remove(value);
            }
        }
        foreach (var value in @new.Except(old))
        {
            if (!_keys.TryGetValue(value, out var keys))
            {
                _keys[value] = keys = [];
            }
            keys.Add(key);
        }
    }

    private string[] Values(T? item) => item is null ? [] : [.. values(item).Distinct(StringComparer.Ordinal)];
}
