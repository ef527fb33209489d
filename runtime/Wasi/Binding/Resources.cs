using Tapedeck.Components;

namespace Tapedeck.Wasi.Binding;

/// <summary>Makes resource types of the host.</summary>
internal static class Resources
{
    /// <summary>One whose objects need nothing when they are dropped.</summary>
    internal static HostResource Plain(string name) => new(name);

    /// <summary>One whose objects are disposed when they are dropped, by the guest or with the call.</summary>
    internal static HostResource Owned(string name) => new(name, static (_, resource) => ((IDisposable)resource).Dispose());
}
