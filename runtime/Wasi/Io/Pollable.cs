namespace Tapedeck.Wasi.Io;

/// <summary>What <c>pollable</c> stands for: an event that is here or to come.</summary>
/// <param name="isReady">Whether it is here.</param>
/// <param name="whenReady">Completes when it may be; throws only on cancellation.</param>
internal sealed class Pollable(Func<bool> isReady, Func<CancellationToken, ValueTask> whenReady)
{
    internal static Pollable Always { get; } = new(static () => true, static _ => ValueTask.CompletedTask);

    internal bool IsReady => isReady();

    internal static Pollable Of(InputStream stream) => new(() => stream.IsReady, stream.WhenReady);

    internal static Pollable Of(OutputStream stream) => new(() => stream.IsReady, stream.WhenReady);

    /// <summary>Ready when the task is over, however it ended.</summary>
    internal static Pollable Of(Task task) => new(() => task.IsCompleted, token => Waiting.For(task, token));

    internal ValueTask WhenReady(CancellationToken cancellationToken) => whenReady(cancellationToken);

    /// <summary>Waits until at least one of them is ready.</summary>
    internal static async ValueTask WhenAny(IReadOnlyCollection<Pollable> pollables, CancellationToken cancellationToken)
    {
        while (!pollables.Any(static pollable => pollable.IsReady))
        {
            // The waits of the others end with the first.
            using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(pollables.Select(pollable => pollable.WhenReady(others.Token).AsTask()));
            await others.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
