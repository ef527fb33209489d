namespace Tapedeck.Kube.Client;

/// <summary>One of the things that are wrong with a request.</summary>
/// <param name="Reason">One word, as <c>FieldValueInvalid</c>.</param>
/// <param name="Field">Where: <c>spec.replicas</c>; may be empty.</param>
public sealed record ApiCause(string Reason, string Message, string Field);
