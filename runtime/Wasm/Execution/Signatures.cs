namespace Tapedeck.Wasm.Execution;

/// <summary>Gives each function type a number, the same in the whole process, so that an indirect call compares two numbers.</summary>
internal static class Signatures
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<FuncType, (int Id, int Users)> Ids = [];
    private static int _last;

    /// <summary>Types that somebody has the number of.</summary>
    internal static int Count
    {
        get
        {
            lock (Gate)
            {
                return Ids.Count;
            }
        }
    }

    /// <summary>The numbers of types, until <see cref="Release"/>. A number is never given to another type.</summary>
    internal static int[] Acquire(FuncType[] types) => [.. types.Select(Acquire)];

    internal static void Release(FuncType[] types)
    {
        lock (Gate)
        {
            foreach (var type in types)
            {
                var (id, users) = Ids[type];
                if (users == 1)
                {
                    Ids.Remove(type);
                }
                else
                {
                    Ids[type] = (id, users - 1);
                }
            }
        }
    }

    private static int Acquire(FuncType type)
    {
        lock (Gate)
        {
            var (id, users) = Ids.TryGetValue(type, out var known) ? known : (checked(++_last), 0);
            Ids[type] = (id, users + 1);
            return id;
        }
    }
}
