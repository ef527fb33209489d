using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Work;

/// <summary>Takes keys from a queue and reconciles them, several at once; decides in one place whether and when to try again.</summary>
/// <param name="name">For metrics and notices: the kind.</param>
/// <param name="workers">How many keys at once; at least 1.</param>
public sealed class Controller(string name, WorkQueue<ObjectKey> queue, Reconcile reconcile, int workers, TimeProvider time, Action<Notice> notices)
{
    /// <summary>Works until the queue is closed and empty, or the token is cancelled: then what is being worked on is cancelled, and waited for.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(cancellationToken), CancellationToken.None)));
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await queue.TakeAsync(cancellationToken) is (true, var key))
            {
                try
                {
                    await ReconcileAsync(key, cancellationToken);
                }
                finally
                {
                    queue.Done(key);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var outcome = "failed";
        try
        {
            var requeue = await reconcile(key, cancellationToken);
            queue.Forget(key);
            outcome = "done";
            if (requeue.After is { } after)
            {
                outcome = "again";
                queue.AddAfter(key, after);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (TerminalException error)
        {
            queue.Forget(key);
            outcome = "gave-up";
            notices(new(NoticeLevel.Error, name, $"{key} is given up until it changes: {error.Reason}", error));
        }
        catch (RetryableException error) when (error.RetryAfter is { } after)
        {
            queue.AddAfterFailure(key, after);
            notices(new(NoticeLevel.Warning, name, $"{key} is tried again after {after.TotalSeconds:0.#} s at least, as the server asks", error));
        }
        catch (Exception error)
        {
            // Whatever a reconciler throws concerns its key alone.
            queue.AddAfterFailure(key);
            notices(new(NoticeLevel.Warning, name, $"{key} failed {queue.Failures(key)} times and is tried again", error));
        }
        finally
        {
            KubeMetrics.Reconciles.Record(time.GetElapsedTime(start).TotalSeconds, new("controller", name), new("outcome", outcome));
        }
    }
}
