using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Events;

/// <summary>Events that differ in nothing but their time and their note.</summary>
internal sealed class EventSeries(ObjectKey @event)
{
    /// <summary>The object on the server.</summary>
    internal ObjectKey Event => @event;
    internal int Count { get; set; } = 1;
    internal DateTimeOffset LastSeen { get; set; }
    internal DateTimeOffset LastWritten { get; set; }

    /// <summary>Whether the server does not know of the last ones.</summary>
    internal bool IsBehind { get; set; }
}
