namespace Tapedeck.Oci.Registries;

/// <summary>
/// A host that has copies of a registry's content. It is asked with <c>?ns=</c> and the registry's name, and has credentials and options under its own name.
/// </summary>
/// <param name="Host">Host, with its port where it is not the usual one.</param>
/// <param name="ResolvesTags">
/// True where it may say what a tag means. Content that is asked for by digest is checked, so a mirror cannot lie about it; about a tag it can.
/// </param>
public sealed record Mirror(string Host, bool ResolvesTags = false);
