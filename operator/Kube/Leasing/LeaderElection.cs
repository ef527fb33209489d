using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Leasing;

/// <summary>Lets one of several processes lead, by a Lease.</summary>
/// <remarks>Nobody's clock is compared with another's: a lease counts as abandoned when this process has watched it unchanged for its whole duration,
/// on a clock that cannot be set. The holder counts from before it sent its last renewal, so that it ends before that. The times written into
/// the Lease are for people. What no lease can prevent: a write that is on its way while the lease is lost, and a machine that is suspended
/// as a whole; there the first renewal after waking ends the leading.</remarks>
public sealed class LeaderElection
{
    private readonly KubeClient _client;
    private readonly LeaseOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _jitter;
    private readonly Action<Notice> _notices;
    private readonly ObjectKey _key;
    private LeaseRecord _seen = LeaseRecord.None;
    private long _seenAt;

    /// <summary>Whether the lease may be another than the one last seen, since a write of ours got no clear answer.</summary>
    private bool _inDoubt = true;
    private volatile bool _leading;

    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public LeaderElection(KubeClient client, LeaseOptions options, TimeProvider time, Random jitter, Action<Notice> notices)
    {
        options.Validate();
        _client = client;
        _options = options;
        _time = time;
        _jitter = jitter;
        _notices = notices;
        _key = new(options.Namespace, options.Name);
    }

    /// <summary>Whether this process leads.</summary>
    public bool IsLeading => _leading;

    /// <summary>Waits for the lease, leads, and gives it back.</summary>
    /// <param name="lead">The leader's work. Its token is cancelled when the lease is lost or leading is to stop; it should then end at once. The
    /// lease is released only after it has ended; where it was lost, its end is awaited no longer than others wait.</param>
    /// <param name="stop">Asks to stop.</param>
    /// <returns>Why it ended; what <paramref name="lead"/> threw is thrown.</returns>
    public async Task<LeadershipEnd> RunAsync(Func<CancellationToken, Task> lead, CancellationToken stop)
    {
        if (await AcquireAsync(stop) is not { } renewedAt)
        {
            return LeadershipEnd.Stopped;
        }
        _notices(new(NoticeLevel.Information, _options.Name, $"{_options.Identity} leads"));
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _leading = true;
        var work = Task.Run(() => lead(leading.Token), CancellationToken.None);
        var end = await HoldAsync(renewedAt, work, stop);
        _leading = false;
        await leading.CancelAsync();
        if (end == LeadershipEnd.Lost)
        {
            // Work that does not end in the time that is left must not keep the caller from ending the process.
            await Task.WhenAny(work, PauseAsync(_options.Duration - _options.RenewDeadline, CancellationToken.None));
            _notices(new(NoticeLevel.Error, _options.Name, $"{_options.Identity} lost the lease{(_seen.Holder == _options.Identity ? "" : $" to '{_seen.Holder}'")}"));
        }
        else
        {
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ReleaseAsync();
        }
        if (work.IsFaulted)
        {
            await work;
        }
        return end;
    }

    /// <returns>The moment from which the lease is ours; null if it was asked to stop.</returns>
    private async Task<long?> AcquireAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var start = _time.GetTimestamp();
            if (await TryAsync(_options.RenewDeadline, stop) == true)
            {
                return start;
            }
            // Not all at once.
            await PauseAsync(_options.RetryPeriod * (1 + (0.2 * _jitter.NextDouble())), stop);
        }
        return null;
    }

    /// <summary>Renews until the work ends, the lease is lost, or it is asked to stop.</summary>
    private async Task<LeadershipEnd> HoldAsync(long renewedAt, Task work, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _ = work.ContinueWith(_ => ended.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await PauseAsync(_options.RetryPeriod, ended.Token);
        while (true)
        {
            if (work.IsCompleted)
            {
                return stop.IsCancellationRequested ? LeadershipEnd.Stopped : LeadershipEnd.Finished;
            }
            if (stop.IsCancellationRequested)
            {
                return LeadershipEnd.Stopped;
            }
            var left = _options.RenewDeadline - _time.GetElapsedTime(renewedAt);
            if (left <= TimeSpan.Zero)
            {
                return LeadershipEnd.Lost;
            }
            var start = _time.GetTimestamp();
            var renewed = await TryAsync(left, ended.Token);
            if (renewed == false)
            {
                return LeadershipEnd.Lost;
            }
            renewedAt = renewed == true ? start : renewedAt;
            // What is left may be less than a period, and then is all there is to wait for.
            left = _options.RenewDeadline - _time.GetElapsedTime(renewedAt);
            var pause = renewed == true ? _options.RetryPeriod : _options.RetryPeriod / 4;
            await PauseAsync(pause < left ? pause : left, ended.Token);
        }
    }

    /// <summary>Takes or renews the lease if that can be done.</summary>
    /// <param name="patience">How long it may take.</param>
    /// <returns>True: it is ours now. False: it is another's. Null: the server did not say.</returns>
    private async Task<bool?> TryAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await ReadIfInDoubtAsync(either.Token);
            if (!MayTake)
            {
                return false;
            }
            await WriteAsync(Next(), either.Token);
            return true;
        }
        catch (Exception error) when (error is ConflictException or AlreadyExistsException)
        {
            // Somebody wrote it. That may have been an earlier renewal of ours whose answer was lost, so the next attempt reads first.
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (ApiException error)
        {
            _notices(new(NoticeLevel.Warning, _options.Name, "the lease can be neither read nor written; trying again", error));
            return null;
        }
    }

    private async Task ReadIfInDoubtAsync(CancellationToken cancellationToken)
    {
        if (IsOurs && !_inDoubt)
        {
            return;
        }
        var lease = await _client.GetAsync(Resource.Leases, _key, cancellationToken);
        See(lease is null ? LeaseRecord.None : LeaseRecord.Read(lease));
        _inDoubt = false;
    }

    private bool IsOurs => _seen.Holder == _options.Identity;

    private bool MayTake => IsOurs || _seen.Holder.Length == 0 || _time.GetElapsedTime(_seenAt) >= TimeSpan.FromSeconds(Math.Max(_seen.Seconds, _options.Duration.TotalSeconds));

    private LeaseRecord Next()
    {
        var now = _time.GetUtcNow();
        return _seen with
        {
            Holder = _options.Identity,
            Seconds = (int)_options.Duration.TotalSeconds,
            Acquired = IsOurs ? _seen.Acquired ?? now : now,
            Renewed = now,
            Transitions = IsOurs || _seen.ResourceVersion.Length == 0 ? _seen.Transitions : _seen.Transitions + 1,
        };
    }

    private async Task WriteAsync(LeaseRecord next, CancellationToken cancellationToken)
    {
        _inDoubt = true;
        var lease = next.ToObject(_key);
        var written = next.ResourceVersion.Length == 0
            ? await _client.CreateAsync(Resource.Leases, lease, _options.Identity, cancellationToken)
            : await _client.ReplaceAsync(Resource.Leases, lease, _options.Identity, cancellationToken);
        See(LeaseRecord.Read(written));
        _inDoubt = false;
    }

    /// <summary>Remembers what the lease was, and since when it has been that.</summary>
    private void See(LeaseRecord record)
    {
        if (record != _seen)
        {
            _seen = record;
            _seenAt = _time.GetTimestamp();
        }
    }

    private async Task ReleaseAsync()
    {
        using var timeout = new CancellationTokenSource(_options.RetryPeriod, _time);
        try
        {
            await ReadIfInDoubtAsync(timeout.Token);
            if (!IsOurs)
            {
                return;
            }
            var now = _time.GetUtcNow();
            // One second, since the API wants more than none; nobody waits for it, as there is no holder.
            await WriteAsync(_seen with { Holder = "", Seconds = 1, Acquired = now, Renewed = now }, timeout.Token);
        }
        catch (Exception error) when (error is ApiException or OperationCanceledException)
        {
            _notices(new(NoticeLevel.Warning, _options.Name, "the lease could not be released; others wait until it ends", error));
        }
    }

    private async Task PauseAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        if (length > TimeSpan.Zero)
        {
            await Task.Delay(length, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
