namespace Tapedeck.Mcp;

/// <summary>What the server says of itself. Clients show it and do not rely on it.</summary>
/// <param name="Name">For programs, as <c>tapedeck</c>.</param>
/// <param name="Version">As <c>1.2.3</c>.</param>
/// <param name="Title">For people.</param>
/// <param name="Instructions">For the model: how to use the server's tools.</param>
public sealed record ServerIdentity(string Name, string Version, string? Title = null, string? Instructions = null);
