using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Client;

/// <summary>One change of one object.</summary>
/// <param name="Object">As it is after the change; as it was last, for <see cref="WatchEventKind.Deleted"/>; null for a bookmark.</param>
/// <param name="ResourceVersion">From where a later watch goes on after this event.</param>
public sealed record WatchEvent(WatchEventKind Kind, KubeObject? Object, string ResourceVersion);
