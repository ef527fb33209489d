namespace Tapedeck.Bench.Components;

/// <summary>Where a core definition comes from: an export of a core instance, or a stub where a component would call the host.</summary>
internal readonly record struct CoreSource(string Instance, string Export)
{
    internal static readonly CoreSource Stub = new("-", "-");

    internal string[] Fields => [Instance, Export];
}
