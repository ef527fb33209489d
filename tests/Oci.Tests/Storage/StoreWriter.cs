using Tapedeck.Oci.Storage;

namespace Tapedeck.Oci.Tests.Storage;

/// <summary>What <see cref="KilledProcessTests"/> starts: writes, reads, keeps and collects on a store until its input ends.</summary>
internal static class StoreWriter
{
    internal const string Command = "write-to-store";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [Command, var folder])
        {
            return 2;
        }
        // Console.In blocks also where it is asked asynchronously.
        var ended = Task.Run(() => Console.In.ReadToEnd());
        var store = ContentStore.Open(folder, TimeProvider.System).Required;
        var contents = Enumerable.Range(0, 12).Select(seed => Samples.Component(1_000_000 + (seed * 100_000), seed)).ToArray();
        Console.WriteLine("ready");
        for (var round = 0; !ended.IsCompleted && round < 100_000; round++)
        {
            var content = contents[round % contents.Length];
            var digest = Digest.Sha256(content);
            if (await store.Add(digest, content, default) is { } error)
            {
                Console.WriteLine(error);
                return 3;
            }
            // Other processes may collect meanwhile, so it may be gone, but it is never half.
            if (await store.Read(digest, 1 << 24, default) is { } read && !read.AsSpan().SequenceEqual(content))
            {
                return 4;
            }
            new StoreUses(store).Keep($"tool/{Environment.ProcessId}", [digest]);
            StoreCollector.Collect(store, new StoreLimits(long.MaxValue, TimeSpan.FromDays(1)));
        }
        return 0;
    }
}
