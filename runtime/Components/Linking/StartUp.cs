using Tapedeck.Wasm;

namespace Tapedeck.Components.Linking;

/// <summary>What a component's core instances are after their start functions have run, kept if no host function was called meanwhile.</summary>
/// <remarks>The engine counts <c>resource.new</c>, and calls between components, among the host functions, so that all handle tables are empty in what is kept.</remarks>
internal sealed class StartUp(Graph graph) : IDisposable
{
    private readonly Lock _gate = new();

    // Where nothing runs, an instance costs as little without.
    private bool _isDecided = !graph.CoreInstances.Any(static core => core.Template.Module.HasStart);
    private Snapshot? _snapshot;

    /// <summary>What new instances start from; null where they start by themselves.</summary>
    internal Snapshot? Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Takes what a first instance has become. Nothing of its caller has reached it yet. Others that come meanwhile do not wait: a large memory takes its time.</summary>
    internal void Offer(Store store)
    {
        if (!_gate.TryEnter())
        {
            return;
        }
        try
        {
            if (!_isDecided)
            {
                // Also where the machine has no room for it: it would not have at the next call either.
                _isDecided = true;
                Volatile.Write(ref _snapshot, store.TakeSnapshot(out var refusal));
                // One that is interrupted just now says nothing about the next.
                _isDecided = refusal != SnapshotRefusal.NotAtRest;
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDecided = true;
            _snapshot?.Dispose();
        }
    }
}
