using System.Collections.Immutable;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Writing;
using Tapedeck.Policy;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Writing;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Loading;

namespace Tapedeck.Server.Serving;

/// <summary>A tool over its versions: the one that serves, and why a newer one does not.</summary>
internal sealed class ServedTool
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Services _services;
    private readonly ToolLoader _loader;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private volatile DesiredTool _desired;
    private string? _tried;
    private volatile Grants _policies = Grants.Nothing;
    private ImmutableHashSet<string> _told = [];
    private LoadedTool? _before;
    private bool _isRetired;
    private Load? _running;
    private int _loads;
    private long _generation;
    private TimeSpan _pause = FirstPause;
    private long _failedAt;

    internal ServedTool(Services services, DesiredTool desired)
    {
        _services = services;
        _loader = new ToolLoader(services);
        _desired = desired;
        var gate = new Gate(desired.Tool.QualifiedName, Grants.Nothing, services.Decided);
        Seat = new ToolSeat(gate, new CallSlots(services.Memory, services.Time), new GrantedOptions(gate, services.Mounts, services.Time), services.Telemetry.Of(desired.Tool.QualifiedName));
        Enforce();
    }

    internal DesiredTool Desired => _desired;

    internal WasmTool Tool => _desired.Tool;

    /// <summary>What the policies say. While nothing serves, <see cref="Seat"/>'s gate grants nothing of it.</summary>
    internal Grants Policies => _policies;

    /// <summary>Whether a version is being loaded, or is about to be.</summary>
    internal bool IsLoading => Volatile.Read(ref _loads) > 0;

    /// <summary>Whether a failure that may pass is old enough for another try.</summary>
    internal bool IsRetryDue => Failure is { IsRetryable: true } && _services.Time.GetElapsedTime(_failedAt) >= _pause;

    internal ToolSeat Seat { get; }

    /// <summary>The version that serves; null where there was none yet.</summary>
    internal LoadedTool? Current { get; private set; }

    /// <summary>Why the version that is wanted does not serve; null where it does.</summary>
    internal LoadFailure? Failure { get; private set; }

    /// <summary>What is wrong with what policies grant, such as a volume that is not mounted, as far as the last look had not found it.</summary>
    internal IEnumerable<string> NewProblems()
    {
        lock (_gate)
        {
            var before = _told;
            _told = [.. Policies.Problems, .. Policies.Conflicts, .. Seat.Options.Problems(Policies)];
            return _told.Except(before).Order(StringComparer.Ordinal);
        }
    }

    /// <summary>
    /// Puts the policies in force, for calls that run as well. <see cref="LoadAsync"/> sees to the version; what is being loaded of another one is given up, which may hang.
    /// </summary>
    /// <returns>Whether the version that served may be used no more, so that nothing serves.</returns>
    internal bool Want(DesiredTool desired)
    {
        lock (_gate)
        {
            _desired = desired;
            if (_running is { } running && running.Version != VersionOf(desired))
            {
                // Not here: what it ends goes on under this lock.
                _ = running.Over.CancelAsync();
            }
            var served = Current is not null;
            Enforce();
            return served && Current is null;
        }
    }

    /// <summary>Loads the version that is wanted, if it is another one than was tried. What served goes on until the new one can.</summary>
    /// <returns>The new version; null where there is none.</returns>
    internal async Task<LoadedTool?> LoadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _loads);
        try
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                return await LoadWantedAsync(cancellationToken);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _loads);
        }
    }

    private async Task<LoadedTool?> LoadWantedAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var desired = Begin(over);
        try
        {
            var grants = Seat.Gate.Current;
            var starved = Starved(grants);
            // What ceilings ask of artifacts is asked when one is loaded, so that another ceiling is another question, and so is another limit where there is too little memory for it.
            var version = $"{VersionOf(desired)} {string.Join(';', grants.Artifacts.Requirements)} {starved?.Message}";
            if (version == _tried && !IsRetryDue)
            {
                return null;
            }
            if (starved is not null)
            {
                return Took(null, starved, version);
            }
            var (loaded, failure) = await _loader.LoadAsync(desired.Tool, desired.Folder, Seat, over.Token);
            // Why a load failed that was given up is nobody's business.
            return loaded is null && over.IsCancellationRequested ? null : Took(loaded, failure, version);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another version is wanted, or none; whoever wants it loads it.
            return null;
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }
        }
    }

    private DesiredTool Begin(CancellationTokenSource over)
    {
        lock (_gate)
        {
            _running = new Load(VersionOf(_desired), over);
            if (_isRetired)
            {
                over.Cancel();
            }
            return _desired;
        }
    }

    /// <summary>Gives up the version before, once the catalogue has the new one.</summary>
    internal void RetireBefore()
    {
        lock (_gate)
        {
            _before?.Retire(Current);
            _before = null;
        }
    }

    /// <summary>Gives up what serves; calls that run end as they would.</summary>
    internal void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
            _ = _running?.Over.CancelAsync();
            _before?.Dispose();
            Current?.Dispose();
        }
        Seat.Series.Remove();
    }

    private LoadedTool? Took(LoadedTool? loaded, LoadFailure? failure, string version)
    {
        lock (_gate)
        {
            if (_isRetired)
            {
                loaded?.Dispose();
                // It was written down as in use after the tool was released.
                _services.Cache?.Release(Tool.QualifiedName);
                return null;
            }
            _pause = _tried == version && Failure is not null ? TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, _pause.Ticks * 2)) : FirstPause;
            _failedAt = _services.Time.GetTimestamp();
            _tried = version;
            Failure = failure;
            if (loaded is not null && Unusable(loaded, _policies) is { } reason)
            {
                // The policy came while the version was loaded.
                loaded.Dispose();
                Failure = reason;
                return null;
            }
            if (loaded is null)
            {
                return null;
            }
            _before = Current;
            Current = loaded;
            // Some policies select by who signed, which is known now.
            Enforce();
            return loaded;
        }
    }

    private void Enforce()
    {
        var signers = Current?.Facts.Signers ?? [];
        var next = GrantsMerge.Merge(_desired.Policies(++_generation, signers), _policies);
        if (Current is { } current && Unusable(current, next) is { } reason)
        {
            // No new call begins, and those that run have nothing any more that a policy granted.
            Failure = reason;
            Current = null;
            current.Dispose();
            _before?.Dispose();
            _before = null;
        }
        // First in force, then told: a status that names a generation is a promise.
        Seat.Gate.Swap(Current is null ? next.WithoutAllows() : next);
        _policies = next;
    }

    /// <summary>Why no call of a version may begin under these grants.</summary>
    private LoadFailure? Unusable(LoadedTool version, Grants grants) => grants.Artifacts.Refuse(version.Facts.Repository, version.Facts.Signers) is { } reason
        ? new LoadFailure(LoadFailure.NotAllowed, reason, false)
        : Starved(grants);

    /// <summary>A call whose memory the process does not have never begins, so that the tool would be one that nobody can call.</summary>
    private LoadFailure? Starved(Grants grants) => grants.Limits.Memory <= _services.Memory.Total
        ? null
        : new LoadFailure(
            LoadFailure.TooLittleMemory,
            $"limits.memory is {Quantity.Format(grants.Limits.Memory)} for each call, and all calls of this process together have {Quantity.Format(_services.Memory.Total)}; lower the limit, or give the process more (--memory, or in a pod the tool's own limits)",
            false);

    /// <summary>What a new load would be for; limits, replicas and pods are not it.</summary>
    private static string VersionOf(DesiredTool desired)
    {
        var spec = desired.Tool.Spec;
        return JsonText.Write(WasmToolNodes.Of(new Manifest.Specs.WasmToolSpec { Component = spec.Component, Verify = spec.Verify, Tools = spec.Tools })) + desired.Folder;
    }

    /// <summary>A version that is being loaded, and what ends that.</summary>
    private sealed record Load(string Version, CancellationTokenSource Over);
}
