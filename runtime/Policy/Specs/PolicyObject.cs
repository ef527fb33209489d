namespace Tapedeck.Policy.Specs;

/// <summary>A policy with its name.</summary>
/// <param name="Namespace">Empty for a ceiling.</param>
/// <param name="Generation">The <c>metadata.generation</c> of the object; 0 where it is a file.</param>
public sealed record PolicyObject<TSpec>(string Namespace, string Name, long Generation, TSpec Spec)
{
    public string QualifiedName => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
