namespace Tapedeck.Kube.Client;

/// <summary>A field that an apply would take from its owner.</summary>
/// <param name="Manager">The other's field manager; empty where the server's words could not be read.</param>
/// <param name="Field">As <c>.spec.replicas</c>.</param>
public sealed record FieldConflict(string Manager, string Field)
{
    /// <summary>The server says it in words only: <c>conflict with "NAME" using apps/v1</c>, with more words between for a subresource.</summary>
    internal static FieldConflict Read(ApiCause cause)
    {
        var parts = cause.Message.Split('"');
        return new(parts.Length >= 3 ? parts[1] : "", cause.Field);
    }
}
