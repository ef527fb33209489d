using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Work;

/// <summary>Makes the cluster match the object named <paramref name="key"/>, or what should be left when there is none. May be called at any time,
/// for any reason, twice; never twice at once for one key.</summary>
/// <exception cref="TerminalException">It failed, and the same attempt will fail again: it is not repeated until something changes.</exception>
/// <remarks>Any other exception is a failure that is repeated: after the queue's backoff, and no sooner than the
/// server asks (<see cref="Client.RetryableException.RetryAfter"/>).</remarks>
public delegate Task<Requeue> Reconcile(ObjectKey key, CancellationToken cancellationToken);
