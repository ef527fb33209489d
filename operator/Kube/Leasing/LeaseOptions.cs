namespace Tapedeck.Kube.Leasing;

/// <summary>Which lease is fought for, and how long everything takes. <c>Duration &gt; RenewDeadline &gt; RetryPeriod</c>, each clearly.</summary>
/// <param name="Namespace">Of the Lease.</param>
/// <param name="Name">Of the Lease; the same for all candidates.</param>
/// <param name="Identity">Of this candidate: the pod's name and something that differs after a restart.</param>
public sealed record LeaseOptions(string Namespace, string Name, string Identity)
{
    /// <summary>How long a lease that nobody renews is respected by others. Whole seconds. Default 15 s.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the holder goes on without having renewed it. Default 10 s: it stops 5 s before others may begin.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the holder renews and the others look. Default 2 s.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <exception cref="ArgumentException">The times do not fit together, or a name is missing.</exception>
    internal void Validate()
    {
        if (Namespace.Length == 0 || Name.Length == 0 || Identity.Length == 0)
        {
            throw new ArgumentException("A lease needs a namespace, a name and the identity of the candidate.");
        }
        if (RetryPeriod <= TimeSpan.Zero || RenewDeadline < RetryPeriod * 2 || Duration < RenewDeadline + RetryPeriod || Duration.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new ArgumentException($"The lease's duration ({Duration}, whole seconds) has to be longer than the renew deadline ({RenewDeadline}) by a retry period ({RetryPeriod}), and the deadline at least two of these.");
        }
    }
}
