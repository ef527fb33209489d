namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>
/// How many mappings the process's slots and images may have. The kernel counts per process and refuses at <c>vm.max_map_count</c>, whoever asks next: the garbage
/// collector, a thread's stack. So this count is of the process too, and refuses well before.
/// </summary>
internal static class MappingBudget
{
    /// <summary>Three quarters of the kernel's usual 65,530.</summary>
    internal const int Default = 49_000;

    private static int _taken;

    internal static int Taken => Volatile.Read(ref _taken);

    internal static bool TryTake(int mappings, int most)
    {
        if (Interlocked.Add(ref _taken, mappings) <= most)
        {
            return true;
        }
        Release(mappings);
        return false;
    }

    internal static void Release(int mappings) => Interlocked.Add(ref _taken, -mappings);
}
