using Tapedeck.Oci.Network;

namespace Tapedeck.Oci.Signatures;

/// <summary>The time of one verification.</summary>
internal sealed class VerificationDeadline : IDisposable
{
    private readonly TimeSpan _after;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _both;

    internal VerificationDeadline(TimeSpan after, TimeProvider time, CancellationToken caller)
    {
        (_after, _caller) = (after, caller);
        _deadline = new CancellationTokenSource(after, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(caller, _deadline.Token);
    }

    /// <summary>Of what is to end with it, or with the caller.</summary>
    internal CancellationToken Token => _both.Token;

    /// <summary>Time ran out, and the caller would have waited on.</summary>
    internal bool IsOver => _deadline.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Whether there is time for more.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    internal bool HasTime()
    {
        _caller.ThrowIfCancellationRequested();
        return !IsOver;
    }

    internal RetryableError Error(string where) =>
        new(OciErrorKind.Unreachable, $"its signatures took longer than {_after.TotalSeconds} s", where, TransportErrors.TryLater);

    public void Dispose()
    {
        _both.Dispose();
        _deadline.Dispose();
    }
}
