using Tapedeck.Components;
using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Binding;

/// <summary>Makes resource types of the host.</summary>
internal static class Resources
{
    /// <summary>One whose objects need nothing when they are dropped.</summary>
    internal static HostResource Plain(string name) => new(name);

    /// <summary>One whose objects are disposed when they are dropped, by the guest or with the call.</summary>
    internal static HostResource Owned(string name) => new(name, static (_, resource) => ((IDisposable)resource).Dispose());

    /// <summary>The same, where a guest has to drop another resource, its child, before.</summary>
    internal static HostResource Parent<T>(string name, Func<T, bool> hasChild)
        where T : IDisposable => new(name, (call, resource) =>
        {
            var isTooEarly = hasChild((T)resource) && !call.Cancellation.IsCancellationRequested;
            ((T)resource).Dispose();
            if (isTooEarly)
            {
                throw new TrapException($"the stream of an {name} is still open");
            }
        });
}
