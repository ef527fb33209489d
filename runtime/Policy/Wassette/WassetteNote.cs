namespace Tapedeck.Policy.Wassette;

/// <summary>What became of an entry of a Wassette policy.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Entry">Such as <c>permissions.network.allow[0]: host *.example.com</c>.</param>
/// <param name="InWassette">What Wassette makes of it.</param>
/// <param name="Here">What the converted policy makes of it.</param>
public sealed record WassetteNote(int Line, string Entry, string InWassette, string Here)
{
    public override string ToString() => $"line {Line}: {Entry}\n  Wassette: {InWassette}\n  here:     {Here}";
}
