using Tapedeck.Policy;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Wasi.Calls;

/// <summary>
/// What is open in a call and which requests opened it. When the policy changes, whatever lost its grant is closed; the call goes on.
/// </summary>
internal sealed class OpenGrants : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<OpenGrant> _open = [];
    private readonly Gate _gate;

    internal OpenGrants(Gate gate)
    {
        _gate = gate;
        gate.Changed += OnChanged;
    }

    /// <summary>Watches something that was opened until the result is disposed.</summary>
    /// <param name="close">Closes it, on any thread.</param>
    internal OpenGrant Add(Action close, params HostRequest[] requests)
    {
        var grant = new OpenGrant(this, close, requests);
        lock (_lock)
        {
            _open.Add(grant);
        }
        // The policy may have changed between the question and now.
        Check(grant);
        return grant;
    }

    internal void Remove(OpenGrant grant)
    {
        lock (_lock)
        {
            _open.Remove(grant);
        }
    }

    public void Dispose() => _gate.Changed -= OnChanged;

    private void OnChanged(object? sender, EventArgs e)
    {
        OpenGrant[] open;
        lock (_lock)
        {
            open = [.. _open];
        }
        foreach (var grant in open)
        {
            Check(grant);
        }
    }

    private void Check(OpenGrant grant)
    {
        foreach (var request in grant.Requests)
        {
            if (!_gate.StillGrants(request))
            {
                grant.Revoke();
                return;
            }
        }
    }
}
