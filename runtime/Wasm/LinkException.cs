namespace Tapedeck.Wasm;

/// <summary>The imports given do not fit the ones a module asks for. The message uses the specification's words, as <c>incompatible import type</c>.</summary>
public sealed class LinkException(string message) : Exception(message);
