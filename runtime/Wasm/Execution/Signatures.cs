namespace Tapedeck.Wasm.Execution;

/// <summary>Gives each function type a number, the same in the whole process, so that an indirect call compares two numbers.</summary>
internal static class Signatures
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<FuncType, (int Id, int Users)> Ids = [];
    private static int _last;

    /// <summary>The number of a type that stays known for good: those of host functions.</summary>
    internal static int Id(FuncType type) => Acquire(type);

    /// <summary>The numbers of a module's types, until <see cref="Release"/>.</summary>
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
