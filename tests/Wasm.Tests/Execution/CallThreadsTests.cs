using Tapedeck.Wasm.Execution;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

public sealed class CallThreadsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public void Calls_one_after_the_other_run_on_the_thread_that_ran_last()
    {
        using var threads = new CallThreads(8, 8, 64 << 10);
        using var gate = new ManualResetEventSlim();
        using var begun = new CountdownEvent(8);
        using var ended = new CountdownEvent(8);
        for (var number = 0; number < 8; number++)
        {
            threads.Queue(() =>
            {
                begun.Signal();
                gate.Wait(Long);
                ended.Signal();
            });
        }
        Assert.True(begun.Wait(Long));
        gate.Set();
        Assert.True(ended.Wait(Long));

        var used = new HashSet<int>();
        for (var turn = 0; turn < 100; turn++)
        {
            using var done = new ManualResetEventSlim();
            threads.Queue(() =>
            {
                used.Add(Environment.CurrentManagedThreadId);
                done.Set();
            });
            Assert.True(done.Wait(Long));
            // Until it has parked again; on a busy machine it may take longer, and then another thread runs the next.
            Thread.Sleep(1);
        }
        Assert.InRange(used.Count, 1, 7);
    }

    [Fact]
    public void No_work_is_left_lying_however_it_comes()
    {
        const int Writers = 4;
        const int Each = 5_000;
        using var threads = new CallThreads(3, Writers * Each, 64 << 10);
        using var done = new CountdownEvent(Writers * Each);
        var writers = Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
        {
            for (var number = 0; number < Each; number++)
            {
                threads.Queue(() => done.Signal());
                if (number % 64 == writer)
                {
                    Thread.Yield();
                }
            }
        })).ToArray();
        Array.ForEach(writers, static writer => writer.Start());
        Assert.True(done.Wait(Long), $"{done.CurrentCount} left");
        Array.ForEach(writers, static writer => writer.Join());
    }

    [Fact]
    public void Threads_that_wait_end_with_their_owner()
    {
        using var ran = new ManualResetEventSlim();
        Thread? thread = null;
        using (var threads = new CallThreads(1, 1, 64 << 10))
        {
            threads.Queue(() =>
            {
                thread = Thread.CurrentThread;
                ran.Set();
            });
            Assert.True(ran.Wait(Long));
        }
        Assert.True(thread!.Join(Long));
    }

    [Fact]
    public void A_thread_that_is_released_first_does_not_wait()
    {
        using var semaphore = new ThreadSemaphore();
        semaphore.Release();
        semaphore.Wait();
        var woken = new Thread(() => semaphore.Wait());
        woken.Start();
        Assert.False(woken.Join(TimeSpan.FromMilliseconds(50)));
        // A signal of the runtime, which stops all threads, wakes nobody for good.
        GC.Collect();
        Assert.False(woken.Join(TimeSpan.FromMilliseconds(50)));
        semaphore.Release();
        Assert.True(woken.Join(Long));
    }
}
