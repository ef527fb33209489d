namespace Tapedeck.Wasi.Tests;

/// <summary>An option that is none.</summary>
internal sealed record None
{
    internal static readonly None Value = new();
}
