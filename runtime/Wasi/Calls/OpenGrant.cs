using Tapedeck.Policy.Requests;

namespace Tapedeck.Wasi.Calls;

/// <summary>Something open, and what was granted for it.</summary>
internal sealed class OpenGrant(OpenGrants owner, Action close, HostRequest[] requests) : IDisposable
{
    private volatile bool _isRevoked;

    internal HostRequest[] Requests => requests;

    /// <summary>True once a change of policy took the grant away.</summary>
    internal bool IsRevoked => _isRevoked;

    internal void Revoke()
    {
        _isRevoked = true;
        owner.Remove(this);
        close();
    }

    public void Dispose() => owner.Remove(this);
}
