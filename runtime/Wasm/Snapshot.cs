using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm;

/// <summary>
/// What all instances of a store are after their start-up: memories, tables, globals, dropped segments. New instances of them start from there, copy-on-write, and
/// run no start function. Functions are kept by the number of their instance in the store, so a new store gets its instances in the same order as the first had
/// them, each with the same imports.
/// </summary>
/// <remarks>
/// Take it before anything of a caller has reached the store: what is in it, every later instance sees. Only start-up that called no host function gives one, see
/// <see cref="SnapshotRefusal"/>.
/// </remarks>
public sealed class Snapshot : IDisposable
{
    /// <summary>Bytes that a snapshot keeps of memories at most, pages of zeros not counted: 64 MiB.</summary>
    public const long MostContentBytes = 64L << 20;

    private readonly SnapshotPart[] _parts;

    internal Snapshot(SnapshotPart[] parts) => _parts = parts;

    /// <summary>The instances that a store gets, one <see cref="New"/> each.</summary>
    public int Count => _parts.Length;

    /// <summary>Makes the next instance of a store. With the last one the store is as the first was, but for memories that host functions keep outside of it.</summary>
    /// <param name="store">A store that has no instances but those that this snapshot made.</param>
    /// <param name="imports">What the instance of the same number was made with: the same exports of the new instances, and the same host functions in the same order.</param>
    /// <exception cref="LinkException">The imports, or the instances made before, are not those of the first store.</exception>
    /// <exception cref="LimitException">A limit of the store would be passed.</exception>
    public Instance New(Store store, params ReadOnlySpan<Extern> imports)
    {
        store.Demand();
        var number = store.Instances.Count;
        if (number >= _parts.Length || (number > 0 && store.Instances[number - 1].Image != _parts[number - 1].Image))
        {
            throw new LinkException($"the store has {number} instances, which are not the first of the snapshot's {_parts.Length}");
        }
        var part = _parts[number];
        Linking.Check(part.Image.Module.Declaration, store, imports);
        part.CheckImports(store, imports);
        var instance = part.Image.New(store, imports);
        instance.IsStarted = number < _parts.Length - 1;
        if (number == _parts.Length - 1)
        {
            // Now every function is there that a table can name.
            for (var made = 0; made < _parts.Length; made++)
            {
                _parts[made].PatchTables(store.Instances[made]);
            }
            instance.IsStarted = true;
        }
        return instance;
    }

    /// <summary>Gives the images back. No more instances can be made; those that there are stay whole.</summary>
    public void Dispose() => Array.ForEach(_parts, static part => part.Image.Dispose());
}
