using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Caching;

/// <summary>The objects that an informer knows, by key and by indexes. Safe for all threads; each read sees one moment.</summary>
internal sealed class Store<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Cached<T>> _objects = [];
    private readonly Dictionary<string, Index<T>> _indexes = new(StringComparer.Ordinal);

    internal void AddIndex(string name, Func<T, IEnumerable<string>> values)
    {
        lock (_lock)
        {
            var index = new Index<T>(values);
            foreach (var (key, entry) in _objects)
            {
                index.Replace(key, null, entry.Object);
            }
            _indexes.Add(name, index);
        }
    }

    internal Cached<T>? Find(ObjectKey key)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(key);
        }
    }

    internal T[] All()
    {
        lock (_lock)
        {
            return [.. _objects.Values.Select(entry => entry.Object)];
        }
    }

    internal ObjectKey[] Keys()
    {
        lock (_lock)
        {
            return [.. _objects.Keys];
        }
    }

    internal T[] ByIndex(string name, string value)
    {
        lock (_lock)
        {
            var index = _indexes.TryGetValue(name, out var found) ? found : throw new ArgumentException($"There is no index '{name}': add it before the informer runs.", nameof(name));
            return [.. index.Keys(value).Select(key => _objects[key].Object)];
        }
    }

    /// <summary>Puts an object in, or takes it out.</summary>
    internal void Set(ObjectKey key, Cached<T>? entry)
    {
        lock (_lock)
        {
            var before = _objects.GetValueOrDefault(key);
            // First the indexes: their functions are the caller's, and where one throws, nothing has changed.
            foreach (var index in _indexes.Values)
            {
                index.Replace(key, before?.Object, entry?.Object);
            }
            if (entry is null)
            {
                _objects.Remove(key);
            }
            else
            {
                _objects[key] = entry;
            }
        }
    }
}
