using System.Collections.Immutable;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Writing;
using Tapedeck.Policy;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Writing;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Loading;

namespace Tapedeck.Server.Serving;

/// <summary>A tool over its versions: the one that serves, and why a newer one does not. Used by one thread at a time, but for what is read by a status.</summary>
internal sealed class ServedTool
{
    private readonly Services _services;
    private readonly ToolLoader _loader;
    private DesiredTool _desired;
    private string? _tried;
    private Grants? _lastGood;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private long _generation;
    private TimeSpan _pause = FirstPause;
    private long _failedAt;

    internal ServedTool(Services services, DesiredTool desired)
    {
        _services = services;
        _loader = new ToolLoader(services);
        _desired = desired;
        var gate = new Gate(desired.Tool.QualifiedName, Grants.Nothing, services.Decided);
        Seat = new ToolSeat(gate, new CallSlots(services.Memory, services.Time), new GrantedOptions(gate, services.Mounts, services.Time));
    }

    internal DesiredTool Desired => _desired;

    internal WasmTool Tool => _desired.Tool;

    /// <summary>Whether a failure that may pass is old enough for another try.</summary>
    internal bool IsRetryDue => Failure is { IsRetryable: true } && _services.Time.GetElapsedTime(_failedAt) >= _pause;

    internal ToolSeat Seat { get; }

    /// <summary>The version that serves; null where there was none yet.</summary>
    internal LoadedTool? Current { get; private set; }

    /// <summary>Why the version that is wanted does not serve; null where it does.</summary>
    internal LoadFailure? Failure { get; private set; }

    /// <summary>Puts the policies in force, then loads the version that is wanted, if it is another one. What served goes on until the new one can.</summary>
    /// <returns>Whether the tools changed.</returns>
    internal async Task<bool> ApplyAsync(DesiredTool desired, CancellationToken cancellationToken)
    {
        _desired = desired;
        Enforce();
        var version = VersionOf(desired);
        if (version == _tried && !IsRetryDue)
        {
            return false;
        }
        var (loaded, failure) = await _loader.LoadAsync(desired.Tool, desired.Folder, Seat, cancellationToken);
        _tried = version;
        Failure = failure;
        if (loaded is null)
        {
            _pause = _failedAt == 0 ? FirstPause : TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, _pause.Ticks * 2));
            _failedAt = _services.Time.GetTimestamp();
            return false;
        }
        (_failedAt, _pause) = (0, FirstPause);
        var before = Current;
        Current = loaded;
        before?.Dispose();
        // Some policies select by who signed, which is known now.
        Enforce();
        return true;
    }

    /// <summary>Gives up what serves; calls that run end as they would.</summary>
    internal void Retire() => Current?.Dispose();

    private void Enforce()
    {
        ImmutableArray<Signer> signers = Current is null ? [] : [.. Current.Facts.Signers.Select(signer => new Signer(signer.Key, signer.Issuer, signer.Identity))];
        var next = GrantsMerge.Merge(_desired.Policies(++_generation, signers), _lastGood);
        _lastGood = next;
        Seat.Gate.TrySwap(next);
    }

    /// <summary>What a new load would be for; limits, replicas and pods are not it.</summary>
    private static string VersionOf(DesiredTool desired)
    {
        var spec = desired.Tool.Spec;
        return JsonText.Write(WasmToolNodes.Of(new Manifest.Specs.WasmToolSpec { Component = spec.Component, Verify = spec.Verify, Tools = spec.Tools })) + desired.Folder;
    }
}
