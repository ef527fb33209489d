namespace Tapedeck.Wasi.Io;

/// <summary>Waiting for something, and not for how it ends.</summary>
internal static class Waiting
{
    /// <summary>Completes when the task is over. Throws only on cancellation.</summary>
    internal static ValueTask For(Task task, CancellationToken cancellationToken) => task.IsCompleted
        ? ValueTask.CompletedTask
        : new(task.WaitAsync(cancellationToken).ContinueWith(
            static (_, token) => ((CancellationToken)token!).ThrowIfCancellationRequested(),
            cancellationToken,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default));
}
