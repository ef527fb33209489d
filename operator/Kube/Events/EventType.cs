namespace Tapedeck.Kube.Events;

/// <summary>Whether an event is the course of things.</summary>
public enum EventType
{
    Normal,
    Warning,
}
