using FsCheck;
using Tapedeck.Kube.Tests.Fakes;
using Tapedeck.Kube.Work;
using Xunit;

namespace Tapedeck.Kube.Tests.Work;

/// <summary>Laws of the queue under several writers and workers at once, on the real clock.</summary>
public sealed class WorkQueueProperties
{
    private static readonly Gen<(int Key, int How)[]> Additions =
        Gen.ArrayOf(200, from key in Gen.Choose(0, 5) from how in Gen.Choose(0, 3) select (key, how));

    /// <summary>Every addition is followed by the beginning of work on its key; no key is worked on twice at once; the end of the queue waits for
    /// all that was added.</summary>
    [Fact]
    public void No_addition_is_lost_and_no_key_is_worked_on_twice_at_once() =>
        Prop.ForAll(Additions.ToArbitrary(), additions => RunAsync(additions).GetAwaiter().GetResult())
            .Check(new Configuration { MaxNbOfTest = 40, QuietOnSuccess = true, Runner = FsCheck.Config.QuickThrowOnFailure.Runner });

    private static async Task<bool> RunAsync((int Key, int How)[] additions)
    {
        using var queue = new WorkQueue<int>("tests", new() { Backoff = new(TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(2)), RetriesPerSecond = 100_000, RetryBurst = 1_000 }, TimeProvider.System, new System.Random(1));
        // A number that grows with each addition, and the one that the last work on the key has seen.
        var wanted = new int[6];
        var seen = new int[6];
        var working = new int[6];
        var clashes = 0;
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (await queue.TakeAsync(CancellationToken.None) is (true, var key))
            {
                clashes += Interlocked.Increment(ref working[key]) == 1 ? 0 : 1;
                seen[key] = Volatile.Read(ref wanted[key]);
                await Task.Yield();
                Interlocked.Decrement(ref working[key]);
                queue.Done(key);
            }
        })).ToArray();
        await Task.WhenAll(additions.Chunk(50).Select(part => Task.Run(() => Array.ForEach(part, addition => Add(queue, wanted, addition)))));
        await Eventually.True(() => queue.Delayed == 0, "delayed keys have come");
        await queue.Close().WaitAsync(Eventually.Patience);
        await Task.WhenAll(workers).WaitAsync(Eventually.Patience);
        Assert.Equal(0, clashes);
        Assert.Equal(wanted, seen);
        return true;
    }

    private static void Add(WorkQueue<int> queue, int[] wanted, (int Key, int How) addition)
    {
        Interlocked.Increment(ref wanted[addition.Key]);
        switch (addition.How)
        {
            case 0:
                queue.AddAfter(addition.Key, TimeSpan.FromMilliseconds(1));
                break;
            case 1:
                queue.AddAfterFailure(addition.Key);
                break;
            default:
                queue.Add(addition.Key);
                break;
        }
    }
}
