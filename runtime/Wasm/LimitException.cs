namespace Tapedeck.Wasm;

/// <summary>An instance would go beyond a limit of its store, or of the engine's memory slots.</summary>
public sealed class LimitException(string message) : Exception(message);
