namespace Tapedeck.Kube.Events;

/// <summary>Something that happened to an object, for those who look at it.
/// <see href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/"/></summary>
/// <param name="Regarding">The object.</param>
/// <param name="Reason">Why: one word in CamelCase, up to 128 characters.</param>
/// <param name="Action">What was done or tried: one word in CamelCase, up to 128 characters.</param>
/// <param name="Note">For people; cut at 1,024 bytes.</param>
/// <param name="Related">Another object that has to do with it, or null.</param>
public sealed record KubeEvent(EventType Type, ObjectReference Regarding, string Reason, string Action, string Note, ObjectReference? Related = null);
