namespace Tapedeck.Mcp.Protocol;

/// <summary>Tells listeners of changes. Nobody who raises one waits for a listener.</summary>
internal sealed class ChangeFeed
{
    private readonly Lock _lock = new();
    private readonly HashSet<ChangeListener> _listeners = [];

    internal void Raise(Changes changes)
    {
        ChangeListener[] listeners;
        lock (_lock)
        {
            listeners = [.. _listeners];
        }
        foreach (var listener in listeners)
        {
            listener.Wake(changes);
        }
    }

    /// <summary>A listener that hears of everything from now on, until it is disposed of.</summary>
    internal ChangeListener Listen()
    {
        var listener = new ChangeListener(this);
        lock (_lock)
        {
            _listeners.Add(listener);
        }
        return listener;
    }

    internal void Forget(ChangeListener listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener);
        }
    }
}
