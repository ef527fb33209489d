namespace Tapedeck.Kube.Work;

/// <summary>How a <see cref="WorkQueue{TKey}"/> slows down what fails.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>How long a key waits after its failures in a row. Default: 5 ms, doubled up to 5 minutes.</summary>
    public Backoff Backoff { get; init; } = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMinutes(5));

    /// <summary>Failures of all keys together that come back a second, in the long run. Default 10.</summary>
    public double RetriesPerSecond { get; init; } = 10;

    /// <summary>How many of these may come back at once after a pause. Default 100.</summary>
    public int RetryBurst { get; init; } = 100;
}
